#include "tests/daemon/hook/hook_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>

using namespace frugald::hook;

HookServer::HookServer(const std::filesystem::path& socket, Behaviour behaviour, int backlog)
    : behaviour_(behaviour), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, backlog) != 0)
        throw std::runtime_error("cannot listen on " + socket.string());
    if (behaviour != Behaviour::never_accept) thread_ = std::thread{[this] { run(); }};
}

HookServer::~HookServer() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    for (const int peer : held_) ::close(peer);
    ::close(listener_);
}

std::vector<Message> HookServer::messages() {
    const std::lock_guard lock{guard_};
    return messages_;
}

void HookServer::run() {
    while (!stopping_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 20) != 1) continue;
        const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) continue;
        serve(peer);
        if (behaviour_ == Behaviour::hang)
            held_.push_back(peer);
        else
            ::close(peer);
    }
}

std::string HookServer::reply(const Message& message) const {
    const auto ack = encode(Ack{behaviour_ == Behaviour::accept, "because\nof " + message.nodes});
    if (behaviour_ == Behaviour::half) return ack.substr(0, ack.size() / 2);
    if (behaviour_ == Behaviour::garbage) return std::string(100, 'x');
    return ack;
}

void HookServer::serve(int peer) {
    std::string bytes;
    char buffer[65536];
    for (;;) {
        const auto size = message_size(bytes);
        if (size && bytes.size() == *size) break;
        const auto got = ::recv(peer, buffer, sizeof buffer, 0);
        if (got <= 0) return;
        bytes.append(buffer, static_cast<std::size_t>(got));
    }
    const auto message = decode_message(bytes);
    if (!message) return;
    {
        const std::lock_guard lock{guard_};
        messages_.push_back(*message);
    }
    if (behaviour_ == Behaviour::hang) return;
    const auto answer = reply(*message);
    [[maybe_unused]] const auto sent = ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
}
