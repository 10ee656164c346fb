#include "tests/room/meter/modbus.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frugald::room {

namespace {

constexpr std::size_t header_size = 7, least_length = 2, most_length = 254;
constexpr std::uint8_t read_holding_registers = 3;
constexpr std::uint8_t illegal_function = 1, illegal_address = 2, illegal_value = 3,
                       target_silent = 11;

unsigned big16(std::string_view text, std::size_t at) {
    return (static_cast<unsigned>(static_cast<std::uint8_t>(text[at])) << 8) |
           static_cast<std::uint8_t>(text[at + 1]);
}

std::string exception(std::uint8_t function, std::uint8_t code) {
    return {static_cast<char>(function | 0x80), static_cast<char>(code)};
}

std::string read_registers(const Meter& meter, std::string_view request, TimePoint now) {
    constexpr unsigned most_registers = 125;
    const auto function = static_cast<std::uint8_t>(request[0]);
    if (function != read_holding_registers) return exception(function, illegal_function);
    if (request.size() != 5) return exception(function, illegal_value);
    const unsigned first = big16(request, 1);
    const unsigned count = big16(request, 3);
    if (count == 0 || count > most_registers) return exception(function, illegal_value);
    const auto registers = meter.registers(now);
    std::string answer{static_cast<char>(function), static_cast<char>(2 * count)};
    for (unsigned at = first; at < first + count; ++at) {
        const auto found = registers.find(static_cast<std::uint16_t>(at));
        if (at > 0xffff || found == registers.end()) return exception(function, illegal_address);
        answer.push_back(static_cast<char>(found->second >> 8));
        answer.push_back(static_cast<char>(found->second));
    }
    return answer;
}

}  // namespace

std::string answer_modbus(const Meter& meter, std::string_view frame, TimePoint now) {
    const std::string_view request = frame.substr(header_size);
    const bool ours = static_cast<std::uint8_t>(frame[6]) == meter.unit;
    const std::string body = ours ? read_registers(meter, request, now)
                                  : exception(static_cast<std::uint8_t>(request[0]), target_silent);
    std::string answer(frame.substr(0, 4));
    answer.push_back('\0');
    answer.push_back(static_cast<char>(body.size() + 1));
    answer.push_back(frame[6]);
    return answer + body;
}

ModbusServer::ModbusServer(Loop& loop, const Meter& meter, int fd)
    : loop_(loop), meter_(meter), fd_(fd), self_(std::make_shared<ModbusServer*>(this)) {
    loop_.watch(fd_, [this] { accept(); });
}

ModbusServer::~ModbusServer() {
    while (!clients_.empty()) close(clients_.begin()->first);
    loop_.forget(fd_);
    ::close(fd_);
}

Result<std::unique_ptr<ModbusServer>> ModbusServer::open(Loop& loop, const Meter& meter,
                                                         Address address, std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(port);
    own.sin_addr.s_addr = htonl(address);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0 &&
        ::listen(fd, 16) == 0)
        return std::unique_ptr<ModbusServer>(new ModbusServer(loop, meter, fd));
    const int error = errno;
    ::close(fd);
    return fail(Fault::unavailable,
                fmt::format("meter {}: TCP {}:{}: {}; choose another `port`", meter.name,
                            to_string(address), port, std::strerror(error)));
}

void ModbusServer::accept() {
    const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    clients_.emplace(client, std::string());
    loop_.watch(client, [this, client] { read(client); });
}

void ModbusServer::read(int client) {
    std::array<char, 1024> piece;
    const ssize_t count = ::recv(client, piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close(client);
    std::string& received = clients_[client];
    received.append(piece.data(), static_cast<std::size_t>(count));
    while (received.size() > header_size) {
        const std::size_t length = big16(received, 4);
        if (big16(received, 2) != 0 || length < least_length || length > most_length)
            return close(client);  // not Modbus
        const std::size_t size = header_size - 1 + length;
        if (received.size() < size) return;
        answer(client, received.substr(0, size));
        received.erase(0, size);
    }
}

void ModbusServer::answer(int client, const std::string& frame) {
    if (meter_.faults.has(FaultKind::dead) || meter_.faults.has(FaultKind::mute)) return;
    const Seconds delay(meter_.faults.value(FaultKind::delay) / 1000);
    loop_.in(delay, [this, self = std::weak_ptr(self_), client, frame] {
        if (self.expired() || !clients_.contains(client)) return;
        const std::string text = answer_modbus(meter_, frame, loop_.now());
        ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    });
}

void ModbusServer::close(int client) {
    loop_.forget(client);
    ::close(client);
    clients_.erase(client);
}

}  // namespace frugald::room
