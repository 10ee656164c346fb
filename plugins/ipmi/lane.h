#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "plugins/ipmi/waiter.h"

namespace frugald::ipmi {

/// Whose command goes first when several wait for the same BMC.
enum class Priority : std::uint8_t { control, cap, power, sensors, repository };

/// One at a time, the most urgent first, equals in order of asking.
class Lane {
public:
    bool try_enter() {
        if (busy_ || closed_) return false;
        return busy_ = true;
    }
    /// False: the lane is closed.
    asio::awaitable<bool> enter(Priority priority) {
        if (closed_) co_return false;
        if (try_enter()) co_return true;
        Waiter waiter;
        const auto place =
            std::upper_bound(waiting_.begin(), waiting_.end(), priority,
                             [](Priority mine, const auto& other) { return mine < other.first; });
        waiting_.insert(place, {priority, &waiter});
        co_await waiter.wait();
        co_return !closed_;
    }
    void leave() {
        busy_ = false;
        if (waiting_.empty() || closed_) return;
        Waiter* const next = waiting_.front().second;
        waiting_.erase(waiting_.begin());
        busy_ = true;
        next->wake();
    }
    /// Everybody who waits, and who comes later, is turned away.
    void close() {
        closed_ = true;
        for (const auto& waiting : std::exchange(waiting_, {})) waiting.second->wake();
    }
    bool busy() const { return busy_; }

    /// Leaves at the end of a scope.
    class Turn {
    public:
        explicit Turn(Lane& lane) : lane_(lane) {}
        ~Turn() { lane_.leave(); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        Lane& lane_;
    };

private:
    bool busy_ = false;
    bool closed_ = false;
    std::vector<std::pair<Priority, Waiter*>> waiting_;
};

}  // namespace frugald::ipmi
