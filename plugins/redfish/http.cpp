// The streams: Beast over TCP and TLS. Slow to compile, hence apart.

#include <fmt/format.h>
#include <poll.h>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <optional>

#include "plugins/redfish/http_messages.h"
#include "plugins/redfish/tls.h"

namespace frugald::redfish {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using Deadline = std::chrono::steady_clock::time_point;
using Addresses = std::vector<asio::ip::tcp::endpoint>;

using Resolver = asio::ip::tcp::resolver;

/// A look-up that can be given up: the name service's own call cannot, it goes on and finds nobody.
struct Lookup {
    Lookup(asio::io_context& loop, Deadline deadline) : ended(loop, deadline) {}
    asio::steady_timer ended;
    error_code failed = asio::error::timed_out;
    Addresses addresses;
};

class Connection : public HttpConnection {
public:
    Connection(asio::io_context& loop, Endpoint endpoint, std::shared_ptr<Tls> tls)
        : loop_(loop),
          endpoint_(std::move(endpoint)),
          tls_(std::move(tls)),
          host_(host_field(endpoint_, tls_ != nullptr)),
          resolver_(loop) {}
    ~Connection() override { drop(); }

    asio::awaitable<Result<HttpReply>> exchange(HttpRequest asked,
                                                std::chrono::milliseconds longest,
                                                const StillWanted* still_wanted) override {
        aborted_ = false;
        still_wanted_ = still_wanted;
        const Deadline deadline = std::chrono::steady_clock::now() + longest;
        const bool twice = asked.method == Method::get || asked.method == Method::delete_;
        for (bool again = twice;; again = false) {
            if (is_dead()) drop();
            const bool kept = stream_ || plain_;
            if (!kept) {
                const Result<void> connected = co_await connect(deadline);
                if (!connected) {
                    drop();
                    co_return tl::unexpected(connected.error());
                }
            }
            Result<HttpReply> reply = co_await ask(asked, deadline);
            if (reply) co_return reply;
            drop();
            if (!(again && kept && !begun_ && !aborted_ && hung_up_)) co_return reply;
        }
    }

    void abort() override {
        aborted_ = true;
        if (lookup_) lookup_->ended.cancel();
        if (stream_) stream_->next_layer().cancel();
        if (plain_) plain_->cancel();
    }

    unsigned opened() const override { return opened_; }

private:
    using TlsStream = asio::ssl::stream<beast::tcp_stream>;

    bool unwanted() const { return still_wanted_ && *still_wanted_ && !(*still_wanted_)(); }

    tl::unexpected<Error> cancelled() const {
        return fail(Fault::cancelled,
                    fmt::format("{}: nothing more was sent: {}", endpoint_.label,
                                aborted_ ? "frugald is stopping" : "it is not wanted any more"));
    }

    beast::tcp_stream& tcp() { return stream_ ? stream_->next_layer() : *plain_; }

    // The BMC has closed a kept connection: what is sent on it would be lost.
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

    asio::awaitable<Result<void>> connect(Deadline deadline) {
        const Result<Addresses> addresses = co_await resolve(deadline);
        if (!addresses) co_return tl::unexpected(addresses.error());
        if (unwanted() || aborted_) co_return cancelled();
        if (tls_)
            stream_.emplace(loop_, tls_->context);
        else
            plain_.emplace(loop_);
        error_code failed;
        tcp().expires_at(deadline);
        co_await tcp().async_connect(*addresses, asio::redirect_error(asio::use_awaitable, failed));
        if (aborted_) co_return cancelled();
        if (failed) co_return silent(failed);
        ++opened_;
        tcp().socket().set_option(asio::ip::tcp::no_delay(true), failed);
        if (!tls_) co_return Result<void>{};
        if (unwanted()) co_return cancelled();
        co_return co_await shake_hands();
    }

    asio::awaitable<Result<Addresses>> resolve(Deadline deadline) {
        error_code not_numeric;
        const auto address = asio::ip::make_address(endpoint_.host, not_numeric);
        if (!not_numeric) co_return Addresses{{address, endpoint_.port}};
        const auto lookup = std::make_shared<Lookup>(loop_, deadline);
        lookup_ = lookup;
        auto take = [lookup](error_code failed, const Resolver::results_type& found) {
            lookup->failed = failed;
            for (const auto& entry : found) lookup->addresses.push_back(entry.endpoint());
            lookup->ended.cancel();
        };
        resolver_.async_resolve(endpoint_.host, std::to_string(endpoint_.port), std::move(take));
        error_code cancelled_early;
        co_await lookup->ended.async_wait(
            asio::redirect_error(asio::use_awaitable, cancelled_early));
        lookup_.reset();
        if (aborted_) co_return cancelled();
        if (lookup->addresses.empty())
            co_return fail(Fault::timeout,
                           fmt::format("{} has no address: {}; correct bmc, or the name service",
                                       endpoint_.label, lookup->failed.message()));
        co_return lookup->addresses;
    }

    asio::awaitable<Result<void>> shake_hands() {
        Shown shown;
        error_code failed;
        judge_certificate(stream_->native_handle(), *tls_, endpoint_.host, shown);
        co_await stream_->async_handshake(asio::ssl::stream_base::client,
                                          asio::redirect_error(asio::use_awaitable, failed));
        // No certificate is judged after the handshake; `shown` ends here.
        SSL_set_verify(stream_->native_handle(), SSL_VERIFY_NONE, nullptr);
        if (!failed) co_return Result<void>{};
        if (aborted_) co_return cancelled();
        if (failed == beast::error::timeout) co_return silent(failed);
        const bool certificate =
            !shown.problem.empty() || (!shown.fingerprint.empty() && !tls_->trust.pin.empty() &&
                                       shown.fingerprint != tls_->trust.pin);
        if (certificate)
            co_return fail(Fault::unauthorized,
                           fmt::format("{}: {}", endpoint_.label, explain(shown, tls_->trust)));
        co_return fail(Fault::timeout,
                       fmt::format("{}: no TLS connection: {}; it must offer TLS 1.2 or newer on "
                                   "port {}",
                                   endpoint_.label, failed.message(), endpoint_.port));
    }

    asio::awaitable<Result<HttpReply>> ask(const HttpRequest& asked, Deadline deadline) {
        begun_ = hung_up_ = false;
        if (aborted_ || unwanted()) co_return cancelled();
        Request request = make_request(asked, host_);
        Parser parser;
        parser.header_limit(largest_header_bytes);
        parser.body_limit(largest_answer_bytes);
        tcp().expires_at(deadline);
        error_code failed;
        if (stream_)
            co_await transfer(*stream_, request, parser, failed);
        else
            co_await transfer(*plain_, request, parser, failed);
        forget_credentials(request);
        begun_ = parser.got_some();
        if (aborted_) co_return cancelled();
        if (failed) co_return broken(failed, parser.is_header_done());
        tcp().expires_never();
        if (!parser.keep_alive()) drop();
        co_return read_reply(parser);
    }

    template <class Stream>
    asio::awaitable<void> transfer(Stream& stream, Request& request, Parser& parser,
                                   error_code& failed) {
        co_await http::async_write(stream, request,
                                   asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        co_await http::async_read(stream, buffer_, parser,
                                  asio::redirect_error(asio::use_awaitable, failed));
    }

    tl::unexpected<Error> broken(error_code failed, bool header_done) {
        if (failed == beast::error::timeout) return silent(failed);
        if (failed == http::error::body_limit || failed == http::error::header_limit)
            return fail(Fault::unparsable, fmt::format("{}: its answer is larger than {} bytes",
                                                       endpoint_.label, largest_answer_bytes));
        const bool http_error =
            failed.category() == http::make_error_code(http::error{}).category();
        if (header_done)
            return fail(Fault::unparsable, fmt::format("{}: its answer broke off: {}",
                                                       endpoint_.label, failed.message()));
        hung_up_ = !http_error || failed == http::error::end_of_stream;
        if (!hung_up_)
            return fail(Fault::unparsable, fmt::format("{} does not answer with HTTP: {}",
                                                       endpoint_.label, failed.message()));
        return fail(Fault::timeout, fmt::format("{} hung up without an answer: {}", endpoint_.label,
                                                failed.message()));
    }

    tl::unexpected<Error> silent(error_code failed) const {
        return fail(Fault::timeout,
                    fmt::format("{} does not answer on TCP port {}: {}; is it on, reachable, and "
                                "Redfish enabled?",
                                endpoint_.label, endpoint_.port, failed.message()));
    }

    asio::io_context& loop_;
    const Endpoint endpoint_;
    const std::shared_ptr<Tls> tls_;
    const std::string host_;
    Resolver resolver_;
    std::shared_ptr<Lookup> lookup_;   // under way
    std::optional<TlsStream> stream_;  // one of the two while connected
    std::optional<beast::tcp_stream> plain_;
    beast::flat_buffer buffer_{largest_answer_bytes + largest_header_bytes};
    const StillWanted* still_wanted_ = nullptr;
    unsigned opened_ = 0;
    bool aborted_ = false;
    bool begun_ = false;    // the last answer had begun
    bool hung_up_ = false;  // the last exchange ended because the BMC closed the connection
};

}  // namespace

std::unique_ptr<HttpConnection> make_connection(asio::io_context& loop, Endpoint endpoint,
                                                std::shared_ptr<Tls> tls) {
    return std::make_unique<Connection>(loop, std::move(endpoint), std::move(tls));
}

}  // namespace frugald::redfish
