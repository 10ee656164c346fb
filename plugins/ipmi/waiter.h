#pragma once

#include <optional>

#include "daemon/ports/asio.h"

namespace frugald::ipmi {

/// One coroutine waiting for one event. `wake` resumes it at once, inside the caller: the caller
/// has put its own state in order before.
class Waiter {
public:
    asio::awaitable<void> wait() {
        auto initiate = [this](Handler handler) { handler_.emplace(std::move(handler)); };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate,
                                                                             asio::use_awaitable);
    }

    /// Nothing happens when nobody waits; it is not remembered.
    void wake() {
        if (!handler_) return;
        Handler handler(std::move(*handler_));
        handler_.reset();
        std::move(handler)();
    }

private:
    using Handler = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;
    std::optional<Handler> handler_;
};

}  // namespace frugald::ipmi
