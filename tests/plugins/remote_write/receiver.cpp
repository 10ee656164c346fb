#include "tests/plugins/remote_write/receiver.h"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <list>
#include <optional>

namespace frugald::test {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Message = http::request<http::string_body>;

struct Receiver::State : std::enable_shared_from_this<Receiver::State> {
    explicit State(asio::io_context& on)
        : loop(on), acceptor(on, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        port = acceptor.local_endpoint().port();
    }

    asio::awaitable<void> accept() {
        const auto self = shared_from_this();
        for (;;) {
            error_code failed;
            Tcp::socket socket =
                co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
            if (failed) break;
            ++connections;
            asio::co_spawn(loop, serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(Tcp::socket socket) {
        const auto self = shared_from_this();
        const auto mine = sockets.insert(sockets.end(), nullptr);
        error_code failed;
        if (tls) {
            ssl::stream<beast::tcp_stream> stream{beast::tcp_stream{std::move(socket)}, *tls};
            *mine = &stream.next_layer().socket();
            co_await stream.async_handshake(ssl::stream_base::server,
                                            asio::redirect_error(asio::use_awaitable, failed));
            if (!failed) co_await converse(stream);
        } else {
            beast::tcp_stream stream{std::move(socket)};
            *mine = &stream.socket();
            co_await converse(stream);
        }
        sockets.erase(mine);
    }

    template <class Stream>
    asio::awaitable<void> converse(Stream& stream) {
        beast::flat_buffer buffer;
        error_code failed;
        for (;;) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(16U << 20);
            co_await http::async_read(stream, buffer, parser,
                                      asio::redirect_error(asio::use_awaitable, failed));
            if (failed) co_return;
            asio::steady_timer wait(loop, delay);
            if (silent) wait.expires_at(asio::steady_timer::time_point::max());
            co_await wait.async_wait(asio::redirect_error(asio::use_awaitable, failed));
            const auto answer = next_answer();
            take(parser.get(), answer.status);
            http::response<http::string_body> response{static_cast<http::status>(answer.status),
                                                       11};
            if (!answer.retry_after.empty())
                response.set(http::field::retry_after, answer.retry_after);
            response.body() = answer.body;
            response.prepare_payload();
            co_await http::async_write(stream, response,
                                       asio::redirect_error(asio::use_awaitable, failed));
            if (failed) co_return;
        }
    }

    Answer next_answer() {
        if (answers.empty()) return {};
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }

    void take(const Message& message, unsigned status) {
        Arrived one{.at = std::chrono::steady_clock::now(),
                    .status = status,
                    .target = std::string{message.target()}};
        for (const auto& field : message) {
            std::string name{field.name_string()};
            std::ranges::transform(name, name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            one.fields[name] = std::string{field.value()};
        }
        try {
            for (const auto& series : decode_request(message.body())) {
                for (const auto& [at_ms, value] : series.samples) {
                    one.oldest_ms = one.samples == 0 ? at_ms : std::min(one.oldest_ms, at_ms);
                    one.newest_ms = std::max(one.newest_ms, at_ms);
                    ++one.samples;
                    if (status < 300) received[series.name][at_ms].push_back(value);
                }
            }
        } catch (const std::exception& wrong) {
            complaint = wrong.what();
        }
        arrived.push_back(std::move(one));
    }

    void hang_up() {
        error_code ignored;
        for (auto* socket : sockets)
            if (socket != nullptr) socket->close(ignored);
    }

    asio::io_context& loop;
    Tcp::acceptor acceptor;
    std::optional<ssl::context> tls;
    std::list<Tcp::socket*> sockets;
    std::deque<Answer> answers;
    std::chrono::milliseconds delay{0};
    Received received;
    std::vector<Arrived> arrived;
    std::string complaint;
    std::size_t connections = 0;
    unsigned short port = 0;
    bool silent = false;
};

Receiver::Receiver(asio::io_context& loop, const std::string& certificate, const std::string& key)
    : state_(std::make_shared<State>(loop)) {
    if (!key.empty()) {
        state_->tls.emplace(ssl::context::tls_server);
        state_->tls->use_certificate(asio::buffer(certificate), ssl::context::pem);
        state_->tls->use_private_key(asio::buffer(key), ssl::context::pem);
    }
    asio::co_spawn(loop, state_->accept(), asio::detached);
}

Receiver::~Receiver() {
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->hang_up();
}

unsigned short Receiver::port() const { return state_->port; }
std::deque<Answer>& Receiver::answers() { return state_->answers; }
void Receiver::answer_after(std::chrono::milliseconds delay) { state_->delay = delay; }
void Receiver::be_silent(bool on) { state_->silent = on; }
const Received& Receiver::received() const { return state_->received; }
const std::vector<Arrived>& Receiver::arrived() const { return state_->arrived; }
std::size_t Receiver::connections() const { return state_->connections; }
const std::string& Receiver::complaint() const { return state_->complaint; }

void Receiver::listen(bool on) {
    error_code ignored;
    if (!on) {
        state_->acceptor.close(ignored);
        state_->hang_up();
        return;
    }
    const Tcp::endpoint here(asio::ip::address_v4::loopback(), state_->port);
    state_->acceptor.open(here.protocol());
    state_->acceptor.set_option(Tcp::acceptor::reuse_address(true));
    state_->acceptor.bind(here);
    state_->acceptor.listen();
    asio::co_spawn(state_->loop, state_->accept(), asio::detached);
}

}  // namespace frugald::test
