#include "daemon/export/listen.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <charconv>
#include <optional>

namespace frugald {

namespace {

using boost::system::error_code;
using Local = asio::local::stream_protocol;
using asio::ip::tcp;

std::optional<tcp::endpoint> parse_endpoint(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data() + colon + 1, end, port);
    error_code no_address;
    const auto address = asio::ip::make_address(host, no_address);
    if (failed != std::errc{} || stop != end || no_address) return std::nullopt;
    return tcp::endpoint{address, port};
}

template <class Protocol>
error_code open(asio::basic_socket_acceptor<Protocol>& acceptor,
                const typename Protocol::endpoint& endpoint) {
    error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    return failed;
}

/// Makes room for a new socket file.
Result<void> remove_leftover(const std::filesystem::path& file) {
    struct stat found {};
    if (lstat(file.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode))
        return fail(Fault::unavailable,
                    fmt::format("{} exists and is not a socket; move it away", file.string()));
    asio::io_context local;
    Local::socket probe{local};
    error_code failed;
    probe.connect(Local::endpoint{file.string()}, failed);
    if (failed != asio::error::connection_refused)
        return fail(Fault::unavailable,
                    fmt::format("{} is in use; another frugald is running", file.string()));
    std::error_code not_removed;
    std::filesystem::remove(file, not_removed);
    if (not_removed)
        return fail(Fault::unavailable, fmt::format("cannot remove the old {}: {}", file.string(),
                                                    not_removed.message()));
    return {};
}

}  // namespace

Result<tcp::acceptor> listen_tcp(asio::io_context& loop, const std::string& address) {
    const auto endpoint = parse_endpoint(address);
    if (!endpoint)
        return fail(Fault::invalid,
                    fmt::format("cannot listen on '{}': write ADDRESS:PORT, as in 127.0.0.1:9877",
                                address));
    tcp::acceptor acceptor{loop};
    const error_code failed = open(acceptor, *endpoint);
    if (failed)
        return fail(Fault::unavailable,
                    fmt::format("cannot listen on {}: {}; choose another address or end what "
                                "uses it (ss -ltnp)",
                                address, failed.message()));
    return acceptor;
}

Result<Local::acceptor> listen_unix(asio::io_context& loop, const std::filesystem::path& file) {
    constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
    if (file.string().size() > longest_path)
        return fail(Fault::invalid, fmt::format("the socket's path {} is longer than {} characters",
                                                file.string(), longest_path));
    const auto room = remove_leftover(file);
    if (!room) return tl::unexpected(room.error());
    Local::acceptor acceptor{loop};
    const error_code failed = open(acceptor, Local::endpoint{file.string()});
    if (failed)
        return fail(Fault::unavailable,
                    fmt::format("cannot listen on {}: {}; does its directory exist and may frugald "
                                "write there?",
                                file.string(), failed.message()));
    if (chmod(file.c_str(), 0666) != 0)
        return fail(Fault::unavailable,
                    fmt::format("cannot open {} to others: {}", file.string(),
                                error_code{errno, boost::system::system_category()}.message()));
    return acceptor;
}

}  // namespace frugald
