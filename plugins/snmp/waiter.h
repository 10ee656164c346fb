#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>

#include "daemon/core/clock.h"
#include "daemon/ports/asio.h"

namespace frugald::snmp {

/// The one place where the work for a device waits, so that it can be woken and stopped. One wait
/// at a time; outlives its loop's last handler.
class Waiter {
public:
    explicit Waiter(asio::io_context& loop) : timer_(loop) {}

    /// True when `socket` has something to read; false after `at_most`, or earlier when stopped.
    template <class Socket>
    asio::awaitable<bool> readable(std::shared_ptr<Socket> socket,
                                   std::chrono::milliseconds at_most) {
        if (stopped_) co_return false;
        const auto watch = std::make_shared<Watch>();
        timer_.expires_after(at_most);
        auto woken = [this, watch, socket](boost::system::error_code failed) {
            if (failed || watch->over) return;
            watch->ready = true;
            timer_.cancel();
        };
        socket->async_wait(Socket::wait_read, std::move(woken));
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        watch->over = true;
        boost::system::error_code ignored;
        if (!watch->ready) socket->cancel(ignored);
        co_return watch->ready;
    }

    /// Until `at`, or until woken or stopped.
    asio::awaitable<void> sleep_until(SteadyTime at);
    /// Ends a sleep, not a wait for an answer.
    void wake();
    void stop();
    bool stopped() const { return stopped_; }

private:
    struct Watch {
        bool ready = false;
        bool over = false;
    };
    asio::steady_timer timer_;
    bool sleeping_ = false;
    bool stopped_ = false;
};

}  // namespace frugald::snmp
