#pragma once

#include <boost/asio/any_completion_handler.hpp>

#include "daemon/ports/asio.h"

namespace frugald::ipmi {

/// One coroutine waiting for one event. `wake` resumes it at once, inside the caller: the caller
/// has put its own state in order before.
class Waiter {
public:
    bool waiting() const { return static_cast<bool>(handler_); }

    asio::awaitable<void> wait() {
        auto initiate = [this](auto handler) { handler_ = std::move(handler); };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate,
                                                                             asio::use_awaitable);
    }

    void wake() {
        if (!handler_) return;
        auto handler = std::move(handler_);
        handler_ = nullptr;
        std::move(handler)();
    }

private:
    asio::any_completion_handler<void()> handler_;
};

}  // namespace frugald::ipmi
