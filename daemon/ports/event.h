#pragma once

#include "daemon/ports/timer.h"

namespace frugald {

/// Coroutines of the loop thread wait for something to happen. A notification wakes those that
/// wait at that moment and is not remembered: check the condition before and after.
class Event {
public:
    explicit Event(asio::io_context& loop) : timer_(loop, SteadyTime::max()) {}

    void notify_all() { timer_.cancel(); }
    asio::awaitable<void> wait() {
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }

private:
    Timer timer_;
};

/// Sleeps on the loop; returns early, without an error, when the operation is cancelled.
inline asio::awaitable<void> pause(std::chrono::milliseconds length) {
    Timer timer{co_await asio::this_coro::executor, length};
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

/// Lets one coroutine at a time through, in the order in which they came.
class Turnstile {
public:
    explicit Turnstile(asio::io_context& loop) : freed_(loop) {}

    asio::awaitable<void> enter() {
        const auto mine = next_++;
        while (inside_ != mine) co_await freed_.wait();
    }
    void leave() {
        ++inside_;
        freed_.notify_all();
    }

private:
    std::uint64_t next_ = 0, inside_ = 0;
    Event freed_;
};

}  // namespace frugald
