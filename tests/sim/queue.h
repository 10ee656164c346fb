#pragma once

#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "tests/sim/clock.h"

namespace frugald::sim {

/// What will happen in the simulated world. Events of one moment happen in the order in which
/// they were asked for.
class Queue {
public:
    explicit Queue(VirtualClock& clock) : clock_(clock) {}

    void after(milliseconds wait, std::function<void()> what) {
        events_.push({clock_.time() + std::max(wait, milliseconds{0}), ++asked_, std::move(what)});
    }
    std::optional<milliseconds> next() const {
        return events_.empty() ? std::nullopt : std::optional{events_.top().at};
    }
    /// Everything that is due.
    void run() {
        while (!events_.empty() && events_.top().at <= clock_.time()) {
            const auto what = std::move(const_cast<Entry&>(events_.top()).what);
            events_.pop();
            what();
        }
    }

private:
    struct Entry {
        milliseconds at;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const Entry& other) const {
            return at == other.at ? order > other.order : at > other.at;
        }
    };

    VirtualClock& clock_;
    std::priority_queue<Entry> events_;
    std::uint64_t asked_ = 0;
};

}  // namespace frugald::sim
