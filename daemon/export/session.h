#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>

#include "daemon/export/router.h"

namespace frugald {

/// A connected client of either kind of listener.
using ClientSocket = asio::generic::stream_protocol::socket;

/// One client connection: requests and answers until either side has enough of it.
class Session {
public:
    virtual ~Session() = default;
    /// Returns when the connection is over.
    virtual asio::awaitable<void> run() = 0;
    /// Since when it has been waiting for a request to begin; absent while it serves one.
    virtual std::optional<SteadyTime> idle_since() const = 0;
    /// Ends it now, or after the acting verb under way.
    virtual void close() = 0;
};

/// `acting_verbs`: whether this listener has them at all. Owns the socket; `router` must stay.
std::shared_ptr<Session> make_session(ClientSocket socket, Router& router, Access access,
                                      bool acting_verbs, const HttpLimits& limits);

/// Tells a client that there is no room, as far as its socket takes it at once, and closes.
void turn_away(ClientSocket socket);

}  // namespace frugald
