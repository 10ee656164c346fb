#include "daemon/ctl/connect.h"

#include <fmt/format.h>
#include <sys/un.h>

namespace frugald::ctl {

namespace {

using boost::system::error_code;

Error cannot_connect(const std::string& socket, error_code failed) {
    if (failed == asio::error::access_denied)
        return {Fault::unauthorized,
                fmt::format("cannot reach frugald at {}: permission denied; become root or ask to "
                            "be given access to that directory",
                            socket)};
    return {Fault::unavailable,
            fmt::format("cannot reach frugald at {}: {}; is it running? systemctl status frugald",
                        socket, failed.message())};
}

}  // namespace

asio::awaitable<Result<DaemonStream>> connect(std::string socket,
                                              std::chrono::milliseconds patience) {
    constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
    if (socket.empty() || socket.size() > longest_path)
        co_return fail(Fault::unavailable,
                       fmt::format("'{}' cannot be the path of a socket", socket));
    DaemonStream stream{co_await asio::this_coro::executor};
    const asio::local::stream_protocol::endpoint daemon{socket};
    error_code failed;
    stream.expires_after(patience);
    co_await stream.async_connect(daemon, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return tl::unexpected<Error>(cannot_connect(socket, failed));
    co_return stream;
}

}  // namespace frugald::ctl
