// Asks N BMCs of a running room for their power as fast as answers come, and tells what that cost
// the room's process: frugald-room-load PID ADDRESS PORT USER PASSWORD SUITE BMCS SECONDS
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/room/bmc/client.h"
#include "tests/room/udp.h"

namespace {

using namespace frugald::room;

constexpr std::size_t in_flight = 256;

double cpu_seconds(const std::string& process) {
    std::ifstream file("/proc/" + process + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long resident_kilobytes(const std::string& process) {
    std::ifstream file("/proc/" + process + "/status");
    for (std::string word; file >> word;)
        if (word == "VmRSS:") {
            long size = 0;
            file >> size;
            return size;
        }
    return 0;
}

class Load {
public:
    Load(Address first, std::uint16_t port, std::string user, std::string password, Suite suite)
        : first_(first),
          port_(port),
          user_(std::move(user)),
          password_(std::move(password)),
          suite_(suite),
          socket_(std::move(*UdpSocket::bind(0))) {}

    void open(std::uint32_t index);
    void ask_power(std::uint32_t index);
    /// What has arrived, at least one answer; how many.
    std::size_t receive();

private:
    void send(std::uint32_t index, const Packet& packet) {
        Route route{};
        route.peer.sin_family = AF_INET;
        route.peer.sin_port = htons(port_);
        route.peer.sin_addr.s_addr = htonl(first_ + index);
        route.local = INADDR_LOOPBACK;
        socket_->send(packet.view(), route);
    }
    View exchange(std::uint32_t index, const Packet& request) {
        send(index, request);
        receive();
        return View(buffer_).first(received_);
    }

    Address first_;
    std::uint16_t port_;
    std::string user_, password_;
    Suite suite_;
    std::unique_ptr<UdpSocket> socket_;
    Crypto crypto_;
    std::vector<Console> consoles_;
    std::array<std::uint8_t, 1500> buffer_{};
    std::size_t received_ = 0;
};

std::size_t Load::receive() {
    socket_->flush();
    pollfd wait{socket_->fd(), POLLIN, 0};
    constexpr int patience_ms = 2000;
    if (poll(&wait, 1, patience_ms) != 1) throw std::runtime_error("the room does not answer");
    std::size_t count = 0;
    socket_->receive([this, &count](View datagram, const Route&) {
        if (datagram.size() < 16) throw std::runtime_error("a short answer");
        std::copy(datagram.begin(), datagram.end(), buffer_.begin());
        received_ = datagram.size();
        ++count;
    });
    return count;
}

void Load::open(std::uint32_t index) {
    Console console(crypto_, suite_, index + 1, user_, password_);
    View answer = exchange(index, console.open_session());
    answer = exchange(index, console.rakp1(answer));
    answer = exchange(index, console.rakp3(answer));
    console.finish(answer);
    if (!console.ready()) throw std::runtime_error("the room refuses the session");
    consoles_.push_back(std::move(console));
}

void Load::ask_power(std::uint32_t index) {
    constexpr std::uint8_t group_function = 0x2c, get_power_reading = 2;
    static constexpr std::array<std::uint8_t, 4> system_power = {0xdc, 1, 0, 0};
    send(index, consoles_[index].command(group_function, get_power_reading, system_power));
}

int run(const std::vector<std::string>& words) {
    const auto suite = words[5] == "17" ? Suite::sha256 : Suite::sha1;
    const auto bmcs = static_cast<std::uint32_t>(std::stoul(words[6]));
    const auto seconds = std::chrono::seconds(std::stoul(words[7]));
    Load load(*parse_address(words[1]), static_cast<std::uint16_t>(std::stoul(words[2])), words[3],
              words[4], suite);
    const double before_opening = cpu_seconds(words[0]);
    for (std::uint32_t i = 0; i < bmcs; ++i) load.open(i);
    const double opening = cpu_seconds(words[0]) - before_opening;
    fmt::print("sessions {} at {:.1f} us CPU of the room each\n", bmcs, opening * 1e6 / bmcs);

    std::uint32_t next = 0;
    std::uint64_t answers = 0;
    for (; next < std::min<std::uint32_t>(bmcs, in_flight); ++next) load.ask_power(next);
    const double before = cpu_seconds(words[0]);
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < seconds) {
        const std::size_t count = load.receive();
        answers += count;
        for (std::size_t i = 0; i < count; ++i) load.ask_power(next++ % bmcs);
    }
    const double cpu = cpu_seconds(words[0]) - before;
    fmt::print("answers {} in {} s, {:.2f} us CPU of the room each; resident {} kB\n", answers,
               seconds.count(), cpu * 1e6 / static_cast<double>(answers),
               resident_kilobytes(words[0]));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 9) {
        fmt::print(stderr,
                   "usage: frugald-room-load PID ADDRESS PORT USER PASSWORD SUITE BMCS SECONDS\n");
        return 2;
    }
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "frugald-room-load: {}\n", error.what());
        return 1;
    }
}
