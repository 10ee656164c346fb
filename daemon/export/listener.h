#pragma once

#include <set>

#include "daemon/core/health.h"
#include "daemon/export/session.h"

namespace frugald {

/// The clients of one listening socket, never more than the limit. Held by its coroutines: it
/// outlives stop() for as long as an acting verb is under way.
class Listener : public std::enable_shared_from_this<Listener> {
public:
    /// `admit` decides what a client may do; absent: close the connection. May take its time.
    using Admit = std::function<asio::awaitable<std::optional<Access>>(int connected_socket)>;

    Listener(std::string name, Router& router, bool acting_verbs, HttpLimits limits, Admit admit);

    template <class Protocol>
    asio::awaitable<void> run(asio::basic_socket_acceptor<Protocol>& acceptor);
    /// Ends all connections.
    void close();
    std::size_t connections() const { return connections_; }

private:
    void accepted(ClientSocket socket, asio::any_io_executor executor);
    asio::awaitable<void> serve(ClientSocket socket);
    bool evict_idle();

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
