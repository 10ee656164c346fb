#include "daemon/ctl/client.h"

#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "daemon/ctl/connect.h"
#include "daemon/ports/asio.h"

namespace frugald::ctl {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint64_t largest_answer = 256 * 1024 * 1024;

Error no_answer(const std::string& socket, error_code failed) {
    return {Fault::timeout,
            fmt::format("frugald at {} gave no answer: {}; see journalctl -u frugald", socket,
                        failed.message())};
}

asio::awaitable<Result<Reply>> converse(std::string socket,
                                        http::request<http::string_body> request,
                                        std::chrono::milliseconds patience) {
    auto connected = co_await connect(socket, patience);
    if (!connected) co_return tl::unexpected<Error>(connected.error());
    auto& stream = *connected;
    error_code failed;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(largest_answer);
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, failed));
    if (!failed)
        co_await http::async_read(stream, buffer, parser,
                                  asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return tl::unexpected(no_answer(socket, failed));
    co_return Reply{parser.get().result_int(), std::move(parser.get().body())};
}

asio::awaitable<void> keep(asio::awaitable<Result<Reply>> work, Result<Reply>& result) {
    result = co_await std::move(work);
}

}  // namespace

asio::awaitable<Result<Reply>> exchange(std::string socket, Call call,
                                        std::chrono::milliseconds patience) {
    http::request<http::string_body> request{http::string_to_verb(call.method), call.target, 11,
                                             std::move(call.body)};
    request.set(http::field::host, "frugald");
    request.set(http::field::content_type, "application/json");
    request.keep_alive(false);
    request.prepare_payload();
    co_return co_await converse(std::move(socket), std::move(request), patience);
}

Result<Reply> finish_now(asio::awaitable<Result<Reply>> question) {
    asio::io_context loop;
    Result<Reply> result;
    asio::co_spawn(loop, keep(std::move(question), result), asio::detached);
    loop.run();
    return result;
}

Result<Reply> exchange_now(const std::string& socket, const Call& call,
                           std::chrono::milliseconds patience) {
    return finish_now(exchange(socket, call, patience));
}

}  // namespace frugald::ctl
