#include "tests/plugins/redfish/server.h"

#include <fmt/format.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <list>

#include "tests/plugins/redfish/answers.h"

namespace frugald::test {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

namespace {

/// One accepted connection.
struct Wire {
    explicit Wire(Tcp::socket socket, ssl::context* tls) {
        if (tls)
            secure.emplace(beast::tcp_stream(std::move(socket)), *tls);
        else
            plain.emplace(std::move(socket));
    }
    Tcp::socket& socket() { return secure ? secure->next_layer().socket() : plain->socket(); }
    std::optional<ssl::stream<beast::tcp_stream>> secure;
    std::optional<beast::tcp_stream> plain;
};

}  // namespace

struct TestBmc::State : std::enable_shared_from_this<TestBmc::State> {
    State(asio::io_context& on, Tree resources, const Identity* identity)
        : loop(on), acceptor(on, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        service.tree = std::move(resources);
        port = acceptor.local_endpoint().port();
        if (!identity) return;
        tls.emplace(ssl::context::tls_server);
        tls->use_certificate(asio::buffer(identity->certificate), ssl::context::pem);
        tls->use_private_key(asio::buffer(identity->key), ssl::context::pem);
    }

    asio::awaitable<void> accept() {
        const auto self = shared_from_this();
        while (open) {
            error_code failed;
            Tcp::socket socket =
                co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
            if (failed) break;
            ++accepted;
            asio::co_spawn(loop, serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(Tcp::socket socket) {
        const auto self = shared_from_this();
        const auto wire = std::make_shared<Wire>(std::move(socket), tls ? &*tls : nullptr);
        wires.push_back(wire);
        error_code failed;
        if (wire->secure)
            co_await wire->secure->async_handshake(
                ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failed));
        if (!failed && wire->secure) co_await converse(*wire->secure);
        if (!failed && wire->plain) co_await converse(*wire->plain);
        wires.remove(wire);
    }

    template <class Stream>
    asio::awaitable<void> converse(Stream& stream) {
        beast::flat_buffer buffer;
        for (bool again = true; again && open;) {
            http::request<http::string_body> request;
            error_code failed;
            co_await http::async_read(stream, buffer, request,
                                      asio::redirect_error(asio::use_awaitable, failed));
            if (failed) co_return;
            const Answer answer = service.answer(request);
            asio::steady_timer wait(loop, service.habits.delay);
            co_await wait.async_wait(asio::redirect_error(asio::use_awaitable, failed));
            if (answer.silent) continue;
            again = answer.keep_alive;
            co_await asio::async_write(stream, asio::buffer(answer.bytes),
                                       asio::redirect_error(asio::use_awaitable, failed));
            if (failed) co_return;
        }
    }

    void stop() {
        open = false;
        error_code ignored;
        acceptor.close(ignored);
        hang_up();
    }

    void hang_up() {
        error_code ignored;
        for (const auto& wire : wires) wire->socket().close(ignored);
    }

    asio::io_context& loop;
    Tcp::acceptor acceptor;
    std::optional<ssl::context> tls;
    Service service;
    std::list<std::shared_ptr<Wire>> wires;
    unsigned short port = 0;
    std::size_t accepted = 0;
    bool open = true;
};

TestBmc::TestBmc(asio::io_context& loop, Tree tree, const Identity* identity)
    : state_(std::make_shared<State>(loop, std::move(tree), identity)) {
    asio::co_spawn(loop, state_->accept(), asio::detached);
}

TestBmc::~TestBmc() { state_->stop(); }

unsigned short TestBmc::port() const { return state_->port; }
Tree& TestBmc::tree() { return state_->service.tree; }
Habits& TestBmc::habits() { return state_->service.habits; }
const std::vector<Asked>& TestBmc::asked() const { return state_->service.asked; }
void TestBmc::forget() { state_->service.asked.clear(); }
void TestBmc::expire_sessions() { state_->service.tokens.clear(); }
std::size_t TestBmc::sessions() const { return state_->service.tokens.size(); }
std::size_t TestBmc::connections() const { return state_->accepted; }
void TestBmc::hang_up() { state_->hang_up(); }

std::size_t TestBmc::count(const std::string& method, const std::string& path) const {
    std::size_t found = 0;
    for (const auto& one : asked())
        if (one.method == method && (path.empty() || redfish::same_resource(one.path, path)))
            ++found;
    return found;
}

void TestBmc::listen(bool on) {
    error_code ignored;
    if (!on) {
        state_->acceptor.close(ignored);
        hang_up();
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
