#include "daemon/export/session.h"

#include <fmt/format.h>

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/span_body.hpp>

#include "daemon/core/log.h"

namespace frugald {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// No inline script or style, nothing from elsewhere, not inside another site's frame.
constexpr const char* content_policy =
    "default-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

bool accepts_gzip(const http::fields& header) {
    return http::token_list{header[http::field::accept_encoding]}.exists("gzip");
}

template <class Message>
void set_fields(Message& message, const Answer& answer) {
    message.set(http::field::server, "frugald");
    message.set(http::field::content_type, answer.type);
    message.set(http::field::cache_control, "no-store");
    message.set("Content-Security-Policy", content_policy);
    message.set("X-Content-Type-Options", "nosniff");
    message.set(http::field::vary, "Accept-Encoding");
    if (answer.packed) message.set(http::field::content_encoding, "gzip");
    if (answer.allow != nullptr) message.set(http::field::allow, answer.allow);
    if (answer.body) message.content_length(answer.body->size());
}

class HttpSession : public Session {
public:
    HttpSession(ClientSocket socket, Router& router, Access access, bool acting_verbs,
                const HttpLimits& limits)
        : stream_(std::move(socket)),
          router_(router),
          access_(std::move(access)),
          acting_verbs_(acting_verbs),
          limits_(limits),
          buffer_(limits.header_bytes + limits.body_bytes) {}

    asio::awaitable<void> run() override {
        while (!closing_) {
            const bool begun = co_await wait_for_request();
            if (!begun) break;
            const bool again = co_await serve_one();
            if (!again) break;
        }
        error_code ignored;
        stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
        stream_.close();
    }

    std::optional<SteadyTime> idle_since() const override {
        return closing_ ? std::nullopt : idle_since_;
    }

    void close() override {
        closing_ = true;
        stream_.cancel();
    }

private:
    using Parser = http::request_parser<http::string_body>;

    /// False: the client left, or stayed silent for too long.
    asio::awaitable<bool> wait_for_request() {
        if (buffer_.size() > 0) co_return true;
        error_code failed;
        idle_since_ = std::chrono::steady_clock::now();
        stream_.expires_after(limits_.idle);
        const std::size_t size = co_await stream_.async_read_some(
            buffer_.prepare(4096), asio::redirect_error(asio::use_awaitable, failed));
        idle_since_.reset();
        buffer_.commit(size);
        co_return !failed && !closing_;
    }

    /// True: the connection can take another request.
    asio::awaitable<bool> serve_one() {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
        parser.body_limit(limits_.body_bytes);
        const error_code failed = co_await receive(parser);
        const auto& request = parser.get();
        if (failed) {
            const Answer refusal = refuse(failed);
            if (refusal.body) co_await send(refusal, 11, false, true);
            co_return false;
        }
        const bool with_body = request.method() != http::verb::head;
        const Question question{std::string{request.method_string()},
                                std::string{request.target()},
                                request.body(),
                                accepts_gzip(request),
                                access_,
                                acting_verbs_};
        const Answer answer = co_await router_.answer(question);
        const bool again = request.keep_alive() && !closing_;
        if (answer.stream) {
            const bool whole = co_await send_stream(answer, request.version(), again, with_body);
            co_return whole&& again;
        }
        const bool sent = co_await send(answer, request.version(), again, with_body);
        co_return sent&& again;
    }

    asio::awaitable<error_code> receive(Parser& parser) {
        error_code failed;
        const auto begin = std::chrono::steady_clock::now();
        stream_.expires_at(begin + limits_.header);
        co_await http::async_read_header(stream_, buffer_, parser,
                                         asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return failed;
        stream_.expires_at(begin + limits_.request);
        co_await http::async_read(stream_, buffer_, parser,
                                  asio::redirect_error(asio::use_awaitable, failed));
        co_return failed;
    }

    /// No body: the client is gone and nobody listens.
    static Answer refuse(error_code failed) {
        if (failed == beast::error::timeout || failed == http::error::end_of_stream ||
            failed == http::error::partial_message ||
            failed.category() == boost::system::system_category())
            return {};
        if (failed == http::error::body_limit)
            return Router::error(413, "invalid", "the request's body is too long");
        if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
            return Router::error(431, "invalid", "the request's header is too long");
        return Router::error(400, "invalid", "this is not an HTTP request");
    }

    asio::awaitable<bool> send(const Answer& answer, unsigned version, bool keep, bool with_body) {
        error_code failed;
        const auto status = static_cast<http::status>(answer.status);
        stream_.expires_after(limits_.response);
        if (with_body) {
            http::response<http::span_body<const char>> message{status, version};
            message.body() = {answer.body->data(), answer.body->size()};
            set_fields(message, answer);
            message.keep_alive(keep);
            co_await http::async_write(stream_, message,
                                       asio::redirect_error(asio::use_awaitable, failed));
        } else {
            http::response<http::empty_body> message{status, version};
            set_fields(message, answer);
            message.keep_alive(keep);
            co_await http::async_write(stream_, message,
                                       asio::redirect_error(asio::use_awaitable, failed));
        }
        co_return !failed;
    }

    /// False: the client is gone, or the answer broke off in the middle.
    asio::awaitable<bool> send_stream(const Answer& answer, unsigned version, bool keep,
                                      bool with_body) {
        constexpr unsigned with_chunks = 11;
        if (version < with_chunks) {
            const Answer refusal = Router::error(505, "invalid", "this answer needs HTTP/1.1");
            co_return co_await send(refusal, version, false, with_body);
        }
        error_code failed;
        http::response<http::empty_body> message{static_cast<http::status>(answer.status), version};
        set_fields(message, answer);
        message.chunked(true);
        message.keep_alive(keep);
        http::response_serializer<http::empty_body> header{message};
        stream_.expires_after(limits_.response);
        co_await http::async_write_header(stream_, header,
                                          asio::redirect_error(asio::use_awaitable, failed));
        if (failed || !with_body) co_return !failed;
        for (;;) {
            const auto piece = co_await answer.stream->next();
            if (!piece) {
                log::warning("an answer broke off: {}", piece.error().text);
                co_return false;
            }
            if (!*piece) break;
            failed = co_await send_piece(**piece, answer.stream->progress());
            if (failed) co_return false;
        }
        co_await asio::async_write(stream_, http::make_chunk_last(),
                                   asio::redirect_error(asio::use_awaitable, failed));
        co_return !failed;
    }

    asio::awaitable<error_code> send_piece(const std::string& piece, double progress) {
        error_code failed;
        if (piece.empty()) co_return failed;  // an empty chunk would be the end
        http::chunk_extensions extensions;
        extensions.insert("progress", fmt::format("{:.4f}", progress));
        const auto chunk = http::make_chunk(asio::buffer(piece), std::move(extensions));
        stream_.expires_after(limits_.piece);
        co_await asio::async_write(stream_, chunk,
                                   asio::redirect_error(asio::use_awaitable, failed));
        co_return failed;
    }

    beast::basic_stream<asio::generic::stream_protocol> stream_;
    Router& router_;
    Access access_;
    bool acting_verbs_;
    HttpLimits limits_;
    beast::flat_buffer buffer_;
    std::optional<SteadyTime> idle_since_;
    bool closing_ = false;
};

}  // namespace

std::shared_ptr<Session> make_session(ClientSocket socket, Router& router, Access access,
                                      bool acting_verbs, const HttpLimits& limits) {
    return std::make_shared<HttpSession>(std::move(socket), router, std::move(access), acting_verbs,
                                         limits);
}

void turn_away(ClientSocket socket) {
    constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n"
        "Content-Type: text/plain\r\n\r\ntoo many connections\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(answer), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
    socket.close(ignored);
}

}  // namespace frugald
