// Answers that are taken while they come.

#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>

#include "daemon/ctl/client.h"
#include "daemon/ctl/connect.h"

namespace frugald::ctl {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

/// The number in ";progress=0.42", or nothing.
std::optional<double> progress_of(beast::string_view extensions) {
    constexpr beast::string_view name = ";progress=";
    const auto at = extensions.find(name);
    if (at == beast::string_view::npos) return std::nullopt;
    const std::string number{extensions.substr(at + name.size())};
    return std::strtod(number.c_str(), nullptr);
}

/// Gives the chunks of an answer to a listener. Beast calls it while it parses.
class Chunks {
public:
    explicit Chunks(const Listener& listener) : listener_(listener) {}

    void attach(http::response_parser<http::string_body>& parser) {
        parser.on_chunk_header(header_);
        parser.on_chunk_body(body_);
    }

private:
    using Header = std::function<void(std::uint64_t, beast::string_view, error_code&)>;
    using Body = std::function<std::size_t(std::uint64_t, beast::string_view, error_code&)>;

    const Listener& listener_;
    std::optional<double> progress_;  // after the chunk under way
    Header header_ = [this](std::uint64_t, beast::string_view extensions, error_code&) {
        progress_ = progress_of(extensions);
    };
    Body body_ = [this](std::uint64_t left, beast::string_view piece, error_code& failed) {
        if (!listener_.piece({piece.data(), piece.size()})) failed = asio::error::operation_aborted;
        if (left == piece.size() && progress_) listener_.progress(*progress_);
        return piece.size();
    };
};

asio::awaitable<Result<Reply>> listen(std::string socket, std::string target,
                                      const Listener& listener,
                                      std::chrono::milliseconds patience) {
    auto connected = co_await connect(socket, patience);
    if (!connected) co_return tl::unexpected<Error>(connected.error());
    auto& stream = *connected;
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "frugald");
    request.keep_alive(false);
    error_code failed;
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, failed));
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    Chunks chunks{listener};
    chunks.attach(parser);
    while (!failed && !parser.is_done()) {
        stream.expires_after(patience);
        co_await http::async_read_some(stream, buffer, parser,
                                       asio::redirect_error(asio::use_awaitable, failed));
    }
    if (failed == asio::error::operation_aborted) co_return fail(Fault::cancelled, "ended");
    if (failed)
        co_return fail(Fault::timeout, fmt::format("the answer of frugald at {} broke off: {}; see "
                                                   "journalctl -u frugald",
                                                   socket, failed.message()));
    co_return Reply{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace

Result<Reply> stream_now(const std::string& socket, const std::string& target,
                         const Listener& listener, std::chrono::milliseconds patience) {
    return finish_now(listen(socket, target, listener, patience));
}

}  // namespace frugald::ctl
