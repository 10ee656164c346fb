#include "tests/daemon/export/running_server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <future>
#include <stdexcept>

namespace frugald::test {

namespace {

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "frugald-export-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    std::filesystem::permissions(name, std::filesystem::perms{0755});
    return name;
}

template <class Address>
int connect_to(int family, const Address& address) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error(fmt::format("connect: {}", std::strerror(errno)));
    return descriptor;
}

}  // namespace

RunningServer::RunningServer(Snapshot snapshot, HttpSettings settings)
    : directory_(make_directory()),
      socket_(directory_ / "api.sock"),
      cluster_(std::move(snapshot)) {
    settings.listen = "127.0.0.1:0";
    settings.socket = socket_;
    server_ = std::make_unique<HttpServer>(loop_, cluster_, settings);
    const auto started = server_->start();
    if (!started) throw std::runtime_error(started.error().text);
    server_->publish(cluster_.snapshot());
    thread_ = std::thread{[this] {
        const auto work = asio::make_work_guard(loop_);
        loop_.run();
    }};
}

RunningServer::~RunningServer() {
    std::promise<void> stopped;
    asio::co_spawn(loop_, server_->stop(), [&](std::exception_ptr) { stopped.set_value(); });
    stopped.get_future().wait();
    loop_.stop();
    thread_.join();
    std::filesystem::remove_all(directory_);
}

void RunningServer::on_loop(std::function<void()> job) {
    std::promise<void> done;
    asio::post(loop_, [&] {
        job();
        done.set_value();
    });
    done.get_future().wait();
}

void RunningServer::run(std::function<asio::awaitable<void>()> job) {
    std::promise<void> done;
    asio::co_spawn(loop_, job, [&](std::exception_ptr) { done.set_value(); });
    done.get_future().wait();
}

void RunningServer::find(std::vector<Finding> findings) {
    on_loop([&] { cluster_.findings = std::move(findings); });
}

void RunningServer::publish(Snapshot snapshot) {
    on_loop([&] { server_->publish(std::make_shared<const Snapshot>(std::move(snapshot))); });
}

Client::Client(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    descriptor_ = connect_to(AF_INET, address);
}

Client::Client(const std::filesystem::path& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    descriptor_ = connect_to(AF_UNIX, address);
}

Client::~Client() { ::close(descriptor_); }

void Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Client::read_all(std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    std::string bytes;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd waiting{descriptor_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
            return bytes;
        char buffer[65536];
        const auto size = ::recv(descriptor_, buffer, sizeof buffer, 0);
        if (size <= 0) return bytes;
        bytes.append(buffer, static_cast<std::size_t>(size));
    }
}

bool Client::ended(std::chrono::milliseconds wait) {
    pollfd waiting{descriptor_, POLLIN, 0};
    char byte = 0;
    return ::poll(&waiting, 1, static_cast<int>(wait.count())) == 1 &&
           ::recv(descriptor_, &byte, 1, MSG_PEEK) <= 0;
}

Response parse_response(const std::string& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == bytes.npos || bytes.size() < 12) return {};
    return {std::atoi(bytes.c_str() + 9), bytes.substr(0, end), bytes.substr(end + 4)};
}

Response get(const RunningServer& server, std::string_view path, std::string_view headers) {
    Client client{server.port()};
    client.send(
        fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n", path, headers));
    return parse_response(client.read_all());
}

Response ask_socket(const std::filesystem::path& socket, std::string_view method,
                    std::string_view path, std::string_view body) {
    Client client{socket};
    client.send(
        fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    "Content-Length: {}\r\n\r\n{}",
                    method, path, body.size(), body));
    return parse_response(client.read_all());
}

}  // namespace frugald::test
