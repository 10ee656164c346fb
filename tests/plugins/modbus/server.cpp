#include "tests/plugins/modbus/server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace {

constexpr std::size_t request_size = 12;

unsigned big16(const std::string& text, std::size_t at) {
    return static_cast<unsigned>(static_cast<std::uint8_t>(text[at])) << 8 |
           static_cast<std::uint8_t>(text[at + 1]);
}

char octet(unsigned value) { return static_cast<char>(value & 0xffU); }

std::string framed(const std::string& request, const std::string& body) {
    std::string frame = request.substr(0, 4);
    frame += octet(static_cast<unsigned>(body.size() + 1) >> 8);
    frame += octet(static_cast<unsigned>(body.size() + 1));
    frame += request[6];
    return frame + body;
}

}  // namespace

Server::Spoil exception(int code) {
    return [code](const Asked&, std::string answer) {
        std::string frame = answer.substr(0, 9);
        frame[4] = 0;
        frame[5] = 3;
        frame[7] = static_cast<char>(frame[7] | octet(0x80));
        frame[8] = octet(static_cast<unsigned>(code));
        return Reaction{frame};
    };
}

Server::Spoil silence() {
    return [](const Asked&, std::string) { return Reaction{}; };
}

Server::Server(const char* address, std::uint16_t port) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &own.sin_addr);
    if (::bind(listening_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
        ::listen(listening_, 16) != 0)
        throw std::runtime_error(std::string{"cannot listen at "} + address);
    thread_ = std::thread{[this] { run(); }};
}

Server::~Server() {
    stopping_ = true;
    thread_.join();
    for (const auto& [client, received] : clients_) ::close(client);
    ::close(listening_);
}

void Server::put(std::uint8_t unit, int function, unsigned first, const Words& words) {
    const std::lock_guard lock{mutex_};
    for (const auto word : words) units_[{unit, function}][first++] = word;
}

void Server::forget(std::uint8_t unit) {
    const std::lock_guard lock{mutex_};
    std::erase_if(units_, [unit](const auto& entry) { return entry.first.first == unit; });
}

void Server::spoil(std::uint8_t unit, Spoil how) {
    const std::lock_guard lock{mutex_};
    spoils_[unit] = std::move(how);
}

std::vector<Asked> Server::asked() const {
    const std::lock_guard lock{mutex_};
    return asked_;
}

int Server::asked_of(std::uint8_t unit) const {
    const auto all = asked();
    return static_cast<int>(std::ranges::count(all, unit, &Asked::unit));
}

void Server::run() {
    while (!stopping_) {
        std::vector<pollfd> fds{{listening_, POLLIN, 0}};
        for (const auto& [client, received] : clients_) fds.push_back({client, POLLIN, 0});
        ::poll(fds.data(), fds.size(), 5);
        if (fds[0].revents) {
            clients_[::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)] = "";
            ++connections_;
        }
        for (std::size_t i = 1; i < fds.size(); ++i)
            if (fds[i].revents) serve(fds[i].fd, clients_[fds[i].fd]);
        if (!dropping_.exchange(false)) continue;
        for (const auto& [client, received] : clients_) ::close(client);
        clients_.clear();
    }
}

void Server::serve(int client, std::string& received) {
    char part[512];
    const auto size = ::recv(client, part, sizeof part, 0);
    bool close = size <= 0;
    if (!close) received.append(part, static_cast<std::size_t>(size));
    if (received.size() > request_size) overlapped_ = true;
    while (!close && received.size() >= request_size) {
        const auto frame = received.substr(0, request_size);
        received.erase(0, request_size);
        const Asked asked{static_cast<std::uint8_t>(frame[6]), frame[7], big16(frame, 8),
                          big16(frame, 10)};
        Spoil spoil;
        {
            const std::lock_guard lock{mutex_};
            asked_.push_back(asked);
            spoil = spoils_[asked.unit];
        }
        Reaction reaction{answer(frame, asked)};
        if (spoil) reaction = spoil(asked, std::move(reaction.bytes));
        ::send(client, reaction.bytes.data(), reaction.bytes.size(), MSG_NOSIGNAL);
        close = reaction.close;
    }
    if (!close) return;
    ::close(client);
    clients_.erase(client);
}

std::string Server::answer(const std::string& frame, const Asked& asked) const {
    const std::lock_guard lock{mutex_};
    const auto no = [&](unsigned code) {
        return framed(frame, {static_cast<char>(frame[7] | octet(0x80)), octet(code)});
    };
    const bool known = std::ranges::any_of(
        units_, [&](const auto& entry) { return entry.first.first == asked.unit; });
    if (!known) return no(11);
    const auto found = units_.find({asked.unit, asked.function});
    if (found == units_.end()) return no(1);
    if (asked.count == 0 || asked.count > 125) return no(3);
    std::string body{frame[7], octet(2 * asked.count)};
    for (unsigned at = asked.first; at < asked.first + asked.count; ++at) {
        const auto word = found->second.find(at);
        if (word == found->second.end()) return no(2);
        body += octet(word->second >> 8U);
        body += octet(word->second);
    }
    return framed(frame, body);
}
