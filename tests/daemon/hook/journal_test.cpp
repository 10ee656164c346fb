#include "daemon/hook/journal.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "daemon/hook/descriptor.h"
#include "tests/support/scratch.h"

using namespace frugald::hook;

namespace {

/// A datagram socket where the journal's would be.
struct Listener {
    Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    std::string path;

    explicit Listener(const std::filesystem::path& at) : path(at.string()) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    std::string next() const {
        char buffer[4096];
        const auto got = ::recv(socket.fd(), buffer, sizeof buffer, MSG_DONTWAIT);
        return got < 0 ? "nothing" : std::string(buffer, static_cast<std::size_t>(got));
    }
};

}  // namespace

TEST_CASE("the journal first, then syslog") {
    const Scratch scratch;
    const Listener native{scratch.path() / "native"}, syslog{scratch.path() / "syslog"};
    log_line(3, "two\nlines", {native.path, syslog.path});
    CHECK(native.next() == "PRIORITY=3\nSYSLOG_IDENTIFIER=frugald-hook\nMESSAGE=two?lines\n");
    CHECK(syslog.next() == "nothing");
    log_line(4, "x", {"/none", syslog.path});
    CHECK(syslog.next() == "<28>frugald-hook[" + std::to_string(::getpid()) + "]: x");
}
