#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/plugins/command/rig.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Whether the process in this file is gone, or dead and not collected by its parent.
bool is_gone(const std::filesystem::path& pid_file) {
    const auto pid = std::atoi(content(pid_file).c_str());
    REQUIRE(pid > 1);
    const auto status = content(fmt::format("/proc/{}/stat", pid));
    return status.empty() || contains(status, ") Z ");
}

}  // namespace

TEST_CASE("what a program prints becomes readings of its device") {
    const Scratch scratch;
    const auto program = script(scratch, "read", prints(81500));
    Rig rig{source("building", program) + source("p", program, "kind = \"pdu\"") +
            source("n1", program, "kind = \"node\"")};
    REQUIRE(rig.mistakes() == "");
    const auto devices = rig.module().devices();
    REQUIRE(devices.size() == 3);
    CHECK(devices[0].kind == DeviceKind::meter);
    CHECK(devices[1].kind == DeviceKind::pdu);
    CHECK(devices[2].kind == DeviceKind::node);
    CHECK(devices[2].name == "n1");
    const auto seen = rig.first("building");
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.kind == DeviceKind::meter);
    CHECK(seen.source == "command");
    CHECK(seen.values == std::map<std::string, double>{{"power_watts total", 81500}});
}

TEST_CASE("what goes wrong is that device's failure, and says what") {
    struct Row {
        const char* says;
        const char* body;
        Fault fault;
        const char* expected;
    };
    const Row rows[] = {
        {"an exit code", "echo one >&2; echo 'no route to meter' >&2; exit 3", Fault::refused,
         "it ended with exit code 3: no route to meter"},
        {"a signal", "kill -9 $$", Fault::refused, "it ended with signal 9"},
        {"garbage", "echo 81500 W", Fault::unparsable, "it is no JSON: '81500 W\\x0a'"},
        {"nothing", "", Fault::unparsable, "it is no JSON"},
        {"a hang", "echo waiting >&2; sleep 1000", Fault::timeout,
         "killed: not done after 0.4 s (timeout_s): waiting"},
        {"a hang that hears no TERM", "trap '' TERM HUP INT; while :; do sleep 1000; done",
         Fault::timeout, "killed: not done"},
        {"output without end", "exec yes", Fault::unparsable,
         "killed: it printed more than 1048576 bytes"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.says});
        const Scratch scratch;
        const auto program = script(scratch, "read", row.body);
        Rig rig{source("m", program, "timeout_s = 0.4")};
        const auto seen = rig.first("m");
        REQUIRE(seen.failure);
        CHECK(seen.failure->fault == row.fault);
        CHECK_MESSAGE(contains(seen.failure->text, row.expected), seen.failure->text);
        CHECK_MESSAGE(contains(seen.failure->text, "source m (" + program + ")"),
                      seen.failure->text);
    }
}

TEST_CASE("what cannot be started is a failure, too") {
    const Scratch scratch;
    const auto plain = scratch.write("plain", "#!/bin/sh\n");
    const auto text = scratch.write("text", "echo\n");
    std::filesystem::permissions(text, std::filesystem::perms{0755});
    Rig rig{source("none", scratch.path() / "none") + source("plain", plain) +
            source("text", text) + source("user", text, "user = \"no-such-user-here\"") +
            "[[source]]\nname = \"last\"\nargv = [\"/bin/true\"]\n"};
    rig.start();
    for (const auto& [name, expected] :
         std::map<std::string, const char*>{{"none", "cannot start"},
                                            {"plain", "Permission denied"},
                                            {"text", "Exec format error"},
                                            {"user", "no user 'no-such-user-here'"}}) {
        const auto why = failure_of(rig.poll(name));
        CHECK_MESSAGE(contains(why, expected), why);
    }
}

TEST_CASE("nothing of a program is left: neither itself nor what it has started") {
    const Scratch scratch;
    const auto pids = [&](const char* name) { return scratch.path() / name; };
    const auto body = fmt::format(
        "sh -c 'echo $$ >{0}/left; sh -c \"echo \\$\\$ >{0}/deep; sleep 1000\" & wait' &\n"
        "echo $$ >{0}/self\nwhile [ ! -s {0}/deep ]; do sleep 0.02; done\n",
        scratch.path().string());
    SUBCASE("after a good run, which does not wait for them") {
        Rig rig{source("m", script(scratch, "read", body + prints(5)))};
        const auto seen = rig.first("m");
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.values.at("power_watts total") == 5);
    }
    SUBCASE("after a time-out") {
        Rig rig{source("m", script(scratch, "read", body + "sleep 1000"), "timeout_s = 2")};
        CHECK(rig.first("m").failure);
    }
    SUBCASE("when frugald stops") {
        Rig rig{source("m", script(scratch, "read", body + "sleep 1000"), "timeout_s = 600")};
        rig.start();
        REQUIRE(rig.run_until([&] { return !content(pids("deep")).empty(); }));
        CHECK(rig.stop() < 3s);
        CHECK(rig.of("m").empty());
    }
    for (const char* name : {"self", "left", "deep"}) {
        CAPTURE(std::string{name});
        // Killed, but a kernel under load takes its time.
        Rig idle{""};
        CHECK(idle.run_until([&] { return is_gone(pids(name)); }, 5s));
    }
}

TEST_CASE("a program gets nothing of the daemon's: environment, descriptors, shell, directory") {
    const Scratch scratch;
    ::setenv("FRUGALD_TEST_SECRET", "x", 1);
    const int leak = ::fcntl(1, F_DUPFD, 60);  // without FD_CLOEXEC
    const auto program = script(scratch, "read",
                                fmt::format("env >{0}/env; ls /proc/$$/fd >{0}/fds; pwd >{0}/pwd\n"
                                            "echo \"$1\" >{0}/word\n{1}",
                                            scratch.path().string(), prints(1)));
    Rig rig{fmt::format("[[source]]\nname = \"m\"\nargv = [\"{}\", \"; touch {}/shell $HOME\"]\n",
                        program, scratch.path().string())};
    REQUIRE(rig.mistakes() == "");
    CHECK(!rig.first("m").failure);
    ::close(leak);
    const auto environment = content(scratch.path() / "env");
    CHECK(!contains(environment, "FRUGALD_TEST_SECRET"));
    CHECK(contains(environment, "FRUGALD_SOURCE=m\n"));
    // The shell itself keeps a few from 10 on.
    std::istringstream fds{content(scratch.path() / "fds")};
    for (int fd = 0; fds >> fd;) CHECK_MESSAGE((fd < 3 || (fd >= 10 && fd < 20)), fd);
    CHECK(content(scratch.path() / "pwd") == "/\n");
    CHECK(contains(content(scratch.path() / "word"), "; touch"));
    CHECK(!std::filesystem::exists(scratch.path() / "shell"));
}

TEST_CASE("complaints without end do not stop a program, and are not kept") {
    const Scratch scratch;
    Rig rig{source("m", script(scratch, "read", "head -c 3000000 /dev/zero >&2\n" + prints(7)))};
    const auto seen = rig.first("m");
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.values.at("power_watts total") == 7);
}

TEST_CASE("output near the limit arrives whole") {
    const Scratch scratch;
    Rig rig{source(
        "m", script(scratch, "read", "head -c 900000 /dev/zero | tr '\\0' ' '\n" + prints(8)))};
    const auto seen = rig.first("m");
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.values.at("power_watts total") == 8);
}

TEST_CASE("a program that hangs delays nobody else") {
    const Scratch scratch;
    Rig rig{source("hangs", script(scratch, "hang", "sleep 1000"), "timeout_s = 600") +
            source("m", script(scratch, "read", prints(1)))};
    rig.start();
    for (int i = 0; i < 10; ++i) CHECK(!rig.poll("m").failure);
    CHECK(rig.of("hangs").empty());
    CHECK(rig.stop() < 3s);
}

TEST_CASE("no more programs than at_once run at the same time") {
    const Scratch scratch;
    const auto log = (scratch.path() / "log").string();
    const auto program =
        script(scratch, "read",
               fmt::format("echo + >>{0}; sleep 0.05; echo - >>{0}\n{1}", log, prints(1)));
    std::string toml = "at_once = 2\ninterval_s = 1\n";
    for (int i = 0; i < 8; ++i) toml += source(fmt::format("m{}", i), program);
    Rig rig{toml};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    for (int i = 0; i < 8; ++i) rig.module().source()->refresh(fmt::format("m{}", i));
    REQUIRE(rig.run_until([&] {
        for (int i = 0; i < 8; ++i)
            if (rig.of(fmt::format("m{}", i)).size() < 2) return false;
        return true;
    }));
    rig.stop();
    int now = 0, most = 0, runs = 0;
    for (const char letter : content(log)) {
        now += letter == '+' ? 1 : letter == '-' ? -1 : 0;
        runs += letter == '+';
        most = std::max(most, now);
    }
    CHECK(runs >= 16);
    CHECK(most <= 2);
}

TEST_CASE("another user's program runs as that user") {
    if (::geteuid() != 0) {
        MESSAGE("skipped: this needs root");
        return;
    }
    const Scratch scratch;
    const auto program =
        script(scratch, "read",
               "echo '{\"schema\":\"frugald-source/1\",\"readings\":[{\"quantity\":"
               "\"power_watts\",\"value\":'$(id -u)'}]}'");
    Rig rig{source("m", program, "user = \"nobody\"")};
    const auto seen = rig.first("m");
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    CHECK(seen.values.at("power_watts total") == 65534);
}

TEST_CASE("a mistake in the configuration is named") {
    struct Row {
        std::string toml;
        const char* expected;
    };
    const Row rows[] = {
        {source("m", "/bin/true", "intervall_s = 1"), "did you mean 'interval_s'?"},
        {source("m", "true"), "'true' is not a full path"},
        {"[[source]]\nname = \"m\"\n", "'argv' is missing"},
        {"[[source]]\nname = \"m\"\nargv = \"/bin/true x\"\n", "list of texts"},
        {source("m", "/bin/true", "kind = \"rack\""), "meter, pdu, node"},
        {source("m", "/bin/true") + source("m", "/bin/true"), "two sources called 'm'"},
        {source("m", "/bin/true", "user = \"-x\""), "not the name of a user"},
        {"at_once = 0\n", "between 1 and 64"},
    };
    for (const auto& row : rows) {
        const Rig rig{row.toml};
        CHECK_MESSAGE(contains(rig.mistakes(), row.expected), rig.mistakes());
    }
}
