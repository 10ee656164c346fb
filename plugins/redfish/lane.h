#pragma once

#include <array>

#include "daemon/ports/event.h"

namespace frugald::redfish {

/// Commands overtake readings, readings overtake what can wait.
enum class Priority { control, reading, background };

/// One request at a time per BMC. Who waits with a higher priority goes first.
class Lane {
public:
    explicit Lane(asio::io_context& loop) : freed_(loop) {}

    asio::awaitable<void> enter(Priority priority) {
        const auto mine = static_cast<std::size_t>(priority);
        ++waiting_[mine];
        while (busy_ || someone_above(mine)) co_await freed_.wait();
        --waiting_[mine];
        busy_ = true;
    }
    void leave() {
        busy_ = false;
        freed_.notify_all();
    }
    bool busy() const { return busy_; }

private:
    bool someone_above(std::size_t mine) const {
        for (std::size_t above = 0; above < mine; ++above)
            if (waiting_[above] > 0) return true;
        return false;
    }

    Event freed_;
    std::array<unsigned, 3> waiting_{};
    bool busy_ = false;
};

}  // namespace frugald::redfish
