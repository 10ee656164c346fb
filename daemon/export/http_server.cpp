#include "daemon/export/http_server.h"

#include <sys/stat.h>

#include "daemon/core/log.h"
#include "daemon/export/listen.h"
#include "daemon/export/listener.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {

/// The identity of a file, to tell our socket from another daemon's at the same path.
std::optional<std::pair<dev_t, ino_t>> identity(const std::filesystem::path& file) {
    struct stat found {};
    if (lstat(file.c_str(), &found) != 0) return std::nullopt;
    return std::pair{found.st_dev, found.st_ino};
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
    State(asio::io_context& the_loop, Control& control, HttpSettings the_settings)
        : loop(the_loop),
          settings(std::move(the_settings)),
          router(loop, renderers, control, settings.snapshot_interval) {}

    Result<void> start_tcp();
    Result<void> start_unix();
    asio::awaitable<std::optional<Access>> admit_peer(int connected_socket);
    void close();
    std::size_t connections() const;

    asio::io_context& loop;
    HttpSettings settings;
    asio::thread_pool renderers{1};
    asio::thread_pool directory{1};  // the name service may hang: apart from the renderers
    Router router;
    std::optional<asio::ip::tcp::acceptor> tcp;
    std::optional<asio::local::stream_protocol::acceptor> local;
    std::optional<std::pair<dev_t, ino_t>> socket_file;
    std::unique_ptr<Listener> tcp_clients;
    std::unique_ptr<Listener> local_clients;
};

Result<void> HttpServer::State::start_tcp() {
    auto acceptor = listen_tcp(loop, settings.listen);
    if (!acceptor) return tl::unexpected(acceptor.error());
    tcp = std::move(*acceptor);
    auto admit = [](int) -> asio::awaitable<std::optional<Access>> {
        co_return Access{.view = true, .act = false, .caller = {}};
    };
    tcp_clients = std::make_unique<Listener>(weak_from_this(), "http " + settings.listen, router,
                                             false, settings.limits, std::move(admit));
    return {};
}

Result<void> HttpServer::State::start_unix() {
    auto acceptor = listen_unix(loop, settings.socket);
    if (!acceptor) return tl::unexpected(acceptor.error());
    local = std::move(*acceptor);
    socket_file = identity(settings.socket);
    auto admit = [this](int socket) { return admit_peer(socket); };
    local_clients = std::make_unique<Listener>(weak_from_this(), settings.socket.string(), router,
                                               true, settings.limits, std::move(admit));
    return {};
}

asio::awaitable<std::optional<Access>> HttpServer::State::admit_peer(int connected_socket) {
    const auto peer = peer_credentials(connected_socket);
    if (!peer) {
        log::warning("{}: {}", settings.socket.string(), peer.error().text);
        co_return std::nullopt;
    }
    auto decide = [peer = *peer, admins = settings.admin_group, viewers = settings.view_group] {
        return decide_access(peer, admins, viewers);
    };
    Access access = co_await offload(directory, std::move(decide));
    co_return access;
}

void HttpServer::State::close() {
    boost::system::error_code ignored;
    if (tcp) tcp->close(ignored);
    if (local) local->close(ignored);
    if (tcp_clients) tcp_clients->close();
    if (local_clients) local_clients->close();
    std::error_code gone_already;
    if (socket_file && identity(settings.socket) == socket_file)
        std::filesystem::remove(settings.socket, gone_already);
    socket_file.reset();
}

std::size_t HttpServer::State::connections() const {
    return (tcp_clients ? tcp_clients->connections() : 0) +
           (local_clients ? local_clients->connections() : 0);
}

HttpServer::HttpServer(asio::io_context& loop, Control& control, HttpSettings settings)
    : state_(std::make_shared<State>(loop, control, std::move(settings))) {}

// Jobs under way come back to the loop: it must still be there when they do.
HttpServer::~HttpServer() {
    state_->close();
    state_->renderers.join();
    state_->directory.join();
}

Result<void> HttpServer::start() {
    Result<void> started;
    if (!state_->settings.listen.empty()) started = state_->start_tcp();
    if (started && !state_->settings.socket.empty()) started = state_->start_unix();
    if (!started) {
        state_->close();
        return started;
    }
    if (state_->tcp)
        asio::co_spawn(state_->loop, state_->tcp_clients->run(*state_->tcp), asio::detached);
    if (state_->local)
        asio::co_spawn(state_->loop, state_->local_clients->run(*state_->local), asio::detached);
    return {};
}

asio::awaitable<void> HttpServer::stop() {
    const auto state = state_;
    state->close();
    constexpr int most_waits = 100;
    for (int i = 0; i < most_waits && state->connections() > 0; ++i)
        co_await pause(std::chrono::milliseconds{10});
}

void HttpServer::publish(std::shared_ptr<const Snapshot> snapshot) {
    state_->router.publish(std::move(snapshot));
}

std::uint16_t HttpServer::port() const {
    boost::system::error_code none;
    return state_->tcp ? state_->tcp->local_endpoint(none).port() : std::uint16_t{0};
}

}  // namespace frugald
