#pragma once

#include <filesystem>
#include <string>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald {

/// Listens on "ADDRESS:PORT" or "[ADDRESS]:PORT"; addresses only, no host names but "localhost".
Result<asio::ip::tcp::acceptor> listen_tcp(asio::io_context& loop, const std::string& address);

/// Listens on a socket file that anybody may connect to: who may do what is decided by peer
/// credentials. A file left behind is replaced if nobody answers on it; any other file is not.
Result<asio::local::stream_protocol::acceptor> listen_unix(asio::io_context& loop,
                                                           const std::filesystem::path& file);

}  // namespace frugald
