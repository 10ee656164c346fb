#include "tests/bench/modbus_bench.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <stdexcept>

#include "plugins/modbus/blocks.h"
#include "plugins/modbus/decode.h"
#include "plugins/modbus/link.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
constexpr std::uint16_t first = 2999, count = 62;
constexpr std::uint64_t reads = 100'000;

/// Answers every request with the same registers, in a process of its own.
class Server {
public:
    Server() {
        const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof own;
        if (::bind(listening, reinterpret_cast<sockaddr*>(&own), size) != 0 ||
            ::listen(listening, 1) != 0 ||
            ::getsockname(listening, reinterpret_cast<sockaddr*>(&own), &size) != 0)
            throw std::runtime_error("no port for the Modbus server");
        port_ = ntohs(own.sin_port);
        child_ = ::fork();
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve(::accept(listening, nullptr, nullptr));
            ::_exit(0);
        }
        ::close(listening);
    }
    ~Server() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    std::uint16_t port() const { return port_; }

private:
    static void serve(int client) {
        std::array<char, 9 + 2 * count> answer{};
        answer[5] = static_cast<char>(3 + 2 * count);
        answer[7] = 3;
        answer[8] = static_cast<char>(2 * count);
        for (std::array<char, 12> request; ::recv(client, request.data(), 12, MSG_WAITALL) == 12;) {
            answer[0] = request[0];
            answer[1] = request[1];
            answer[6] = request[6];
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }

    std::uint16_t port_ = 0;
    pid_t child_ = 0;
};

std::vector<modbus::Point> floats() {
    std::vector<modbus::Point> points;
    for (std::uint16_t i = 0; i < 10; ++i) {
        modbus::Point point{Quantity::power_watts, Part::line, "L" + std::to_string(i)};
        point.address = static_cast<std::uint16_t>(first + 6 * i);
        point.type = modbus::Type::f32;
        point.plausible = {-20e6, 20e6};
        points.push_back(point);
    }
    return points;
}

double thread_cpu_us() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

}  // namespace

void modbus_read(const Report& report) {
    const Server server;
    modbus::Wake wake;
    modbus::Link link{"127.0.0.1", server.port(), wake};
    const auto connected = link.connect(1s);
    if (!connected) throw std::runtime_error(connected.error().text);
    const modbus::Profile profile{};
    const auto points = floats();
    std::size_t readings = 0;
    const double before = thread_cpu_us();
    for (std::uint64_t i = 0; i < reads; ++i) {
        auto answer = link.ask({1, 3, first, count}, 1s);
        if (!answer) throw std::runtime_error(answer.error().text);
        modbus::Image image;
        image.put(3, first, std::move(answer->registers));
        readings += modbus::decode(points, profile, {}, image).readings.size();
    }
    const double spent = thread_cpu_us() - before;
    if (readings != reads * points.size()) throw std::runtime_error("a reading is missing");
    report({"modbus.cpu_us_per_read", spent / static_cast<double>(reads), "us", reads});
}

}  // namespace frugald::bench
