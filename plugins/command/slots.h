#pragma once

#include "daemon/ports/event.h"

namespace frugald::command {

/// Lets so many coroutines at a time through; the others wait in no particular order.
class Slots {
public:
    Slots(asio::io_context& loop, std::size_t count) : free_(count), freed_(loop) {}

    asio::awaitable<void> enter() {
        while (free_ == 0) co_await freed_.wait();
        --free_;
    }
    void leave() {
        ++free_;
        freed_.notify_all();
    }

private:
    std::size_t free_;
    Event freed_;
};

}  // namespace frugald::command
