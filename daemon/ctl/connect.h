#pragma once

#include <boost/beast/core/basic_stream.hpp>
#include <chrono>
#include <string>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald::ctl {

using DaemonStream = boost::beast::basic_stream<asio::local::stream_protocol>;

/// A connection to the daemon. Fault::unavailable: nobody listens there; Fault::unauthorized: the
/// file system does not let us.
asio::awaitable<Result<DaemonStream>> connect(std::string socket,
                                              std::chrono::milliseconds patience);

}  // namespace frugald::ctl
