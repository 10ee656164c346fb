#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

pid_t number_in(const std::filesystem::path& file) {
    const std::string text = content(file);
    return text.empty() ? 0 : static_cast<pid_t>(std::stol(text));
}

bool alive(pid_t process) {
    const std::string stat = content(fmt::format("/proc/{}/stat", process));
    return process > 0 && !stat.empty() && stat.find(") Z ") == std::string::npos;
}

/// A machine that says in files which processes it has: itself and one that leaves its session.
std::string machines(const std::filesystem::path& directory, const std::string& on_term) {
    const auto script = directory / "machine.sh";
    std::ofstream(script) << fmt::format(
        "trap '{}' TERM\n"
        "setsid sleep 600 & echo $! >$1.child.new; mv $1.child.new $1.child\n"
        "echo $$ >$1.self.new; mv $1.self.new $1.self\n"
        "while :; do sleep 0.05; done\n",
        on_term);
    return fmt::format(
        "[[bmcs]]\nnodes = \"m[1-3]\"\naddress = \"127.21.13.1\"\nport = 21626\npowered = false\n"
        "boot_s = 0\nshutdown_s = 0.5\ncycle_off_s = 0.2\n"
        "machine = [\"bash\", \"{}\", \"{}/{{node}}\"]\n",
        script.string(), directory.string());
}

struct Rig {
    Scratch scratch;
    RoomProcess room;
    explicit Rig(const std::string& on_term)
        : room(scratch.path(), machines(scratch.path(), on_term)) {}

    std::filesystem::path file(const std::string& name) const { return scratch.path() / name; }
    bool runs(const std::string& node) const {
        return eventually([&] {
            return alive(number_in(file(node + ".child"))) &&
                   alive(number_in(file(node + ".self")));
        });
    }
    bool gone(const std::string& node) const {
        return eventually([&] {
            return !alive(number_in(file(node + ".child"))) &&
                   !alive(number_in(file(node + ".self")));
        });
    }
    bool power(const std::string& node, const std::string& state) const {
        return eventually(
            [&] { return room.ask("status " + node).find("power=" + state) != std::string::npos; });
    }
};

}  // namespace

TEST_CASE("power on starts the machine, a power cut takes every process along") {
    const Rig rig("true");
    rig.room.ask("power m[1-2] on");
    CHECK(rig.runs("m1"));
    CHECK(rig.runs("m2"));
    rig.room.ask("power m1 off");
    CHECK(rig.gone("m1"));
    CHECK(rig.runs("m2"));
    CHECK(rig.power("m1", "off"));
    CHECK(rig.power("m2", "on"));
}

TEST_CASE("a soft off is orderly, and the chassis goes off when the machine has ended") {
    const Rig rig("echo bye >$1.bye; exit");
    rig.room.ask("power m1 on");
    REQUIRE(rig.runs("m1"));
    rig.room.ask("power m1 soft");
    CHECK(rig.power("m1", "off"));
    CHECK(rig.gone("m1"));
    CHECK(content(rig.file("m1.bye")) == "bye\n");
}

TEST_CASE("a machine that ignores a soft off is cut after its shutdown time") {
    const Rig rig("true");
    rig.room.ask("power m1 on");
    REQUIRE(rig.runs("m1"));
    rig.room.ask("power m1 soft");
    CHECK(rig.power("m1", "off"));
    CHECK(rig.gone("m1"));
}

TEST_CASE("a reset and a cycle start the machine anew") {
    const Rig rig("true");
    rig.room.ask("power m1 on");
    REQUIRE(rig.runs("m1"));
    for (const std::string action : {"reset", "cycle"}) {
        const pid_t before = number_in(rig.file("m1.self"));
        rig.room.ask("power m1 " + action);
        CHECK(eventually([&] { return number_in(rig.file("m1.self")) != before; }));
        CHECK(rig.runs("m1"));
        CHECK_FALSE(alive(before));
        CHECK(rig.power("m1", "on"));
    }
}

TEST_CASE("with the fault noboot the power is on and nothing runs") {
    const Rig rig("true");
    rig.room.ask("fault m1 noboot");
    rig.room.ask("power m1 on");
    CHECK(rig.power("m1", "on"));
    rig.room.ask("power m2 on");
    CHECK(rig.runs("m2"));
    CHECK_FALSE(std::filesystem::exists(rig.file("m1.self")));
}

TEST_CASE("when the room ends, even by kill -9, its machines end") {
    const Rig rig("true");
    rig.room.ask("power m[1-3] on");
    for (const std::string node : {"m1", "m2", "m3"}) REQUIRE(rig.runs(node));
    kill(rig.room.process(), SIGKILL);
    for (const std::string node : {"m1", "m2", "m3"}) CHECK(rig.gone(node));
}
