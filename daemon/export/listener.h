#pragma once

#include <functional>
#include <set>

#include "daemon/core/health.h"
#include "daemon/export/session.h"
#include "daemon/ports/event.h"

namespace frugald {

/// The clients of one listening socket, never more than the limit.
class Listener {
public:
    /// `admit` decides what a client may do; absent: close the connection. May take its time.
    using Admit = std::function<asio::awaitable<std::optional<Access>>(int connected_socket)>;

    /// `owner` holds this and `router`; connections keep it, since one may be inside an acting
    /// verb when everything else is over.
    Listener(std::weak_ptr<void> owner, std::string name, Router& router, bool acting_verbs,
             HttpLimits limits, Admit admit);

    /// Accepts until `acceptor` is closed.
    template <class Acceptor>
    asio::awaitable<void> run(Acceptor& acceptor) {
        const auto keep = owner_.lock();
        while (!closed_) {
            boost::system::error_code failed;
            auto socket =
                co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
            if (closed_) co_return;
            report(failed);
            if (failed)
                co_await pause(std::chrono::milliseconds{100});
            else
                accepted(ClientSocket{std::move(socket)});
        }
    }
    /// Ends all connections; those with an acting verb under way after it.
    void close();
    std::size_t connections() const { return connections_; }

private:
    void report(boost::system::error_code failed);
    void accepted(ClientSocket socket);
    asio::awaitable<void> serve(ClientSocket socket);
    bool evict_idle();

    std::weak_ptr<void> owner_;
    std::string name_;
    Router& router_;
    bool acting_verbs_;
    HttpLimits limits_;
    Admit admit_;
    Health accepting_;
    std::size_t connections_ = 0;  // also those being admitted
    std::set<std::shared_ptr<Session>> sessions_;
    bool closed_ = false;
};

}  // namespace frugald
