// Releases that do not fit together are refused with both named.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

/// Takes slurmctld's place: reads a request and hangs up, which is what a slurmctld does with a
/// message of a release that it does not know.
class HangsUp {
public:
    explicit HangsUp(int port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        inet_pton(AF_INET, "127.23.0.1", &address.sin_addr);
        const int on = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(fd_, 16) == 0);
    }
    ~HangsUp() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }

private:
    void serve() const {
        for (int peer = 0; (peer = ::accept(fd_, nullptr, nullptr)) >= 0;) {
            char bytes[65536];
            static_cast<void>(::recv(peer, bytes, sizeof bytes, 0));
            ::shutdown(peer, SHUT_WR);
            while (::recv(peer, bytes, sizeof bytes, 0) > 0) {
            }
            ::close(peer);
        }
    }
    int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::thread thread_{[this] { serve(); }};
};

std::string after(const std::string& text, const std::string& key) {
    const auto at = text.find(key) + key.size();
    return text.substr(at, text.find('\n', at) - at);
}

}  // namespace

TEST_CASE("a libslurm of another release than the worker was built for is refused") {
    NEEDS_SLURM
    RealSlurm slurm;
    Driver driver{slurm.conf(), 10s};
    const auto release =
        driver.read_until([](const SchedulerView& view) { return !view.nodes.empty(); })
            ->power_saving.library_version;
    ::setenv("LD_PRELOAD", FRUGALD_ANOTHER_LIBSLURM, 1);
    Driver other{slurm.conf(), 10s};
    const auto view = other.read();
    const auto command = other.command(SchedulerCommand::power_down_asap, {"n1"}, "frugald: idle");
    ::unsetenv("LD_PRELOAD");
    REQUIRE_FALSE(view);
    CHECK(view.error().fault == Fault::unsupported);
    CHECK(has(view.error().text, ("built for Slurm " + release).c_str()));
    CHECK(has(view.error().text, "libslurm 23.11"));
    CHECK(has(view.error().text, "docs/slurm.md"));
    REQUIRE_FALSE(command);
    CHECK(command.error().fault == Fault::unsupported);
}

TEST_CASE("a slurmctld that hangs up on a release it does not know: libslurm's is named") {
    NEEDS_SLURM
    RealSlurm slurm;
    const auto release = [&] {
        Driver driver{slurm.conf(), 10s};
        return driver.read_until([](const SchedulerView& view) { return !view.nodes.empty(); })
            ->power_saving.library_version;
    }();
    slurm.kill_controller();
    const HangsUp controller{std::stoi(after(slurm.conf_text(), "SlurmctldPort="))};
    Driver driver{slurm.conf(), 10s};
    const auto view = driver.read();
    REQUIRE_FALSE(view);
    MESSAGE(view.error().text);
    CHECK(view.error().fault == Fault::unsupported);
    CHECK(has(view.error().text, ("libslurm " + release).c_str()));
    CHECK(has(view.error().text, "another release"));
}
