// The streams: Beast over TCP and TLS. Slow to compile, hence apart.

#include "plugins/remote_write/client.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <poll.h>

#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/span_body.hpp>
#include <optional>

#include "frugald_version.h"
#include "plugins/remote_write/tls.h"

namespace frugald::remote_write {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using Deadline = std::chrono::steady_clock::time_point;
using Message = http::request<http::span_body<char const>>;
using Parser = http::response_parser<http::string_body>;
using Resolver = asio::ip::tcp::resolver;

constexpr std::size_t largest_answer_bytes = 256 * 1024;

/// A look-up that can be given up: the name service's own call cannot, it goes on and finds nobody.
struct Lookup {
    Lookup(asio::io_context& loop, Deadline deadline) : ended(loop, deadline) {}
    asio::steady_timer ended;
    error_code failed = asio::error::timed_out;
    std::vector<asio::ip::tcp::endpoint> addresses;
};

/// The field Authorization; empty: none.
std::string authorization(const Config& config) {
    const auto secret = config.secret.reveal();
    if (secret.empty()) return {};
    if (config.user.empty()) return std::string{"Bearer "}.append(secret);
    namespace base64 = beast::detail::base64;
    std::string plain = config.user + ':';
    plain.append(secret);
    std::string encoded(base64::encoded_size(plain.size()), '\0');
    encoded.resize(base64::encode(encoded.data(), plain.data(), plain.size()));
    OPENSSL_cleanse(plain.data(), plain.size());
    return "Basic " + encoded;
}

class Connection final : public Client {
public:
    Connection(asio::io_context& loop, const Config& config, std::shared_ptr<Tls> tls)
        : loop_(loop),
          url_(config.url),
          timeout_(config.timeout),
          authorization_(authorization(config)),
          tls_(std::move(tls)),
          resolver_(loop) {}

    asio::awaitable<Result<Reply>> post(const std::string& body) override {
        const Deadline deadline = std::chrono::steady_clock::now() + timeout_;
        if (is_dead()) drop();
        if (!stream_ && !plain_) {
            const Result<void> connected = co_await connect(deadline);
            if (!connected) {
                drop();
                co_return tl::unexpected(connected.error());
            }
        }
        Result<Reply> reply = co_await ask(body, deadline);
        if (!reply) drop();
        co_return reply;
    }

    void abort() override {
        aborted_ = true;
        if (lookup_) lookup_->ended.cancel();
        if (stream_ || plain_) tcp().cancel();
    }

private:
    using TlsStream = ssl::stream<beast::tcp_stream>;

    beast::tcp_stream& tcp() { return stream_ ? stream_->next_layer() : *plain_; }

    // The receiver has closed the kept connection: what is sent on it would be lost.
    bool is_dead() {
        if (!stream_ && !plain_) return false;
        pollfd socket{tcp().socket().native_handle(), POLLRDHUP, 0};
        return ::poll(&socket, 1, 0) != 0;
    }

    void drop() {
        stream_.reset();
        plain_.reset();
        buffer_.clear();
    }

    tl::unexpected<Error> failed_with(error_code failed, std::string_view what) const {
        if (aborted_) return fail(Fault::cancelled, "given up: frugald is stopping");
        return fail(Fault::timeout,
                    fmt::format("{} {}: {}", url_.authority(), what, failed.message()));
    }

    asio::awaitable<Result<void>> connect(Deadline deadline) {
        const auto lookup = std::make_shared<Lookup>(loop_, deadline);
        co_await resolve(lookup);
        if (lookup->addresses.empty()) co_return failed_with(lookup->failed, "has no address");
        if (tls_)
            stream_.emplace(loop_, tls_->context);
        else
            plain_.emplace(loop_);
        error_code failed;
        tcp().expires_at(deadline);
        co_await tcp().async_connect(lookup->addresses,
                                     asio::redirect_error(asio::use_awaitable, failed));
        if (failed || aborted_) co_return failed_with(failed, "cannot be reached");
        tcp().socket().set_option(asio::ip::tcp::no_delay(true), failed);
        if (!tls_) co_return Result<void>{};
        co_return co_await shake_hands();
    }

    asio::awaitable<void> resolve(std::shared_ptr<Lookup> lookup) {
        error_code not_numeric;
        const auto address = asio::ip::make_address(url_.host, not_numeric);
        if (!not_numeric) {
            lookup->addresses.emplace_back(address, url_.port);
            co_return;
        }
        lookup_ = lookup;
        auto take = [lookup](error_code failed, const Resolver::results_type& found) {
            lookup->failed = failed;
            for (const auto& entry : found) lookup->addresses.push_back(entry.endpoint());
            lookup->ended.cancel();
        };
        resolver_.async_resolve(url_.host, std::to_string(url_.port), std::move(take));
        error_code early;
        co_await lookup->ended.async_wait(asio::redirect_error(asio::use_awaitable, early));
        lookup_.reset();
    }

    asio::awaitable<Result<void>> shake_hands() {
        error_code failed;
        stream_->set_verify_callback(ssl::host_name_verification(url_.host), failed);
        error_code is_name;  // an address is none
        asio::ip::make_address(url_.host, is_name);
        if (is_name) SSL_set_tlsext_host_name(stream_->native_handle(), url_.host.c_str());
        co_await stream_->async_handshake(ssl::stream_base::client,
                                          asio::redirect_error(asio::use_awaitable, failed));
        if (!failed) co_return Result<void>{};
        const auto verified = SSL_get_verify_result(stream_->native_handle());
        if (verified != X509_V_OK && !aborted_)
            co_return fail(Fault::unauthorized,
                           fmt::format("{}: its certificate is not trusted: {}; put the authority "
                                       "that signed it into ca_file",
                                       url_.authority(), X509_verify_cert_error_string(verified)));
        co_return failed_with(failed, "makes no TLS connection");
    }

    Message make_message(const std::string& body) const {
        Message message(http::verb::post, url_.target, 11);
        message.set(http::field::host, url_.authority());
        message.set(http::field::user_agent, "frugald/" FRUGALD_RELEASE);
        message.set(http::field::content_type, "application/x-protobuf");
        message.set(http::field::content_encoding, "snappy");
        message.set("X-Prometheus-Remote-Write-Version", "0.1.0");
        const auto credentials = authorization_.reveal();
        if (!credentials.empty())
            message.set(http::field::authorization,
                        beast::string_view(credentials.data(), credentials.size()));
        message.body() = {body.data(), body.size()};
        message.prepare_payload();
        return message;
    }

    asio::awaitable<Result<Reply>> ask(const std::string& body, Deadline deadline) {
        Message message = make_message(body);
        Parser parser;
        parser.body_limit(largest_answer_bytes);
        tcp().expires_at(deadline);
        error_code failed;
        if (stream_)
            co_await transfer(*stream_, message, parser, failed);
        else
            co_await transfer(*plain_, message, parser, failed);
        const bool broken = failed && (failed == beast::error::timeout ||
                                       failed.category() == asio::error::get_system_category());
        if (aborted_ || broken) co_return failed_with(failed, "does not answer");
        if (failed == http::error::end_of_stream)
            co_return failed_with(failed, "hung up without an answer");
        if (failed)
            co_return fail(Fault::unparsable, fmt::format("{} does not answer with HTTP: {}",
                                                          url_.authority(), failed.message()));
        tcp().expires_never();
        auto& answer = parser.get();
        const auto retry_after = answer[http::field::retry_after];
        Reply reply{.status = answer.result_int(),
                    .body = std::move(answer.body()),
                    .retry_after = {retry_after.data(), retry_after.size()}};
        if (!parser.keep_alive()) drop();
        co_return reply;
    }

    template <class Stream>
    asio::awaitable<void> transfer(Stream& stream, Message& message, Parser& parser,
                                   error_code& failed) {
        co_await http::async_write(stream, message,
                                   asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        co_await http::async_read(stream, buffer_, parser,
                                  asio::redirect_error(asio::use_awaitable, failed));
    }

    asio::io_context& loop_;
    const Url url_;
    const std::chrono::milliseconds timeout_;
    const Secret authorization_;
    const std::shared_ptr<Tls> tls_;
    Resolver resolver_;
    std::shared_ptr<Lookup> lookup_;   // under way
    std::optional<TlsStream> stream_;  // one of the two while connected
    std::optional<beast::tcp_stream> plain_;
    beast::flat_buffer buffer_{largest_answer_bytes + 32 * 1024};
    bool aborted_ = false;
};

}  // namespace

std::unique_ptr<Client> make_client(asio::io_context& loop, const Config& config,
                                    std::shared_ptr<Tls> tls) {
    return std::make_unique<Connection>(loop, config, std::move(tls));
}

}  // namespace frugald::remote_write
