#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

constexpr const char* bmcs = R"(
[[bmcs]]
nodes = "n[1-4]"
address = "127.21.11.1"
port = 21624
boot_s = 0
shutdown_s = 0.1
[[bmcs]]
nodes = "old"
address = "127.21.11.100"
port = 21624
suites = [3]
)";

Outcome ipmitool(const std::string& host, unsigned suite, std::vector<std::string> arguments,
                 const std::string& password = "secret12") {
    std::vector<std::string> all = {"ipmitool", "-I", "lanplus", "-C",    fmt::format("{}", suite),
                                    "-H",       host, "-p",      "21624", "-U",
                                    "admin",    "-P", password,  "-N",    "1",
                                    "-R",       "1"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all);
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

}  // namespace

TEST_CASE("ipmitool: chassis, sensors and DCMI, with both suites") {
    if (!present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    room.ask("watts n1 303");
    for (const unsigned suite : {3U, 17U}) {
        const auto tool = [suite](std::vector<std::string> arguments) {
            return ipmitool("127.21.11.1", suite, std::move(arguments));
        };
        CHECK(says(tool({"chassis", "power", "status"}), "Chassis Power is on"));
        CHECK(says(tool({"sdr", "list"}), "Node Power       | 303 Watts"));
        CHECK(says(tool({"dcmi", "power", "reading"}), "303 Watts"));
        CHECK(tool({"chassis", "power", "off"}).code == 0);
        CHECK(says(tool({"chassis", "power", "status"}), "Chassis Power is off"));
        CHECK(says(tool({"sdr", "list"}), "CPU1 Temp        | no reading"));
        CHECK(tool({"chassis", "power", "on"}).code == 0);
        CHECK(says(tool({"chassis", "status"}), "System Power         : on"));
    }
}

TEST_CASE("a BMC with suite 3 only refuses suite 17") {
    if (!present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    CHECK(ipmitool("127.21.11.100", 3, {"chassis", "status"}).code == 0);
    CHECK(ipmitool("127.21.11.100", 17, {"chassis", "status"}).code != 0);
}

TEST_CASE("each fault can be seen from outside") {
    if (!present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    const auto status = [] { return ipmitool("127.21.11.2", 17, {"chassis", "power", "status"}); };
    const auto command = [](const std::string& verb) {
        return ipmitool("127.21.11.2", 17, {"chassis", "power", verb});
    };
    const auto power_is = [&room](const std::string& state) {
        return room.ask("status n2").find("power=" + state) != std::string::npos;
    };
    REQUIRE(status().code == 0);

    for (const std::string fault : {"dead", "mute", "wrong_hmac", "no_session"}) {
        room.ask("fault n2 " + fault);
        CHECK_MESSAGE(status().code != 0, fault);
        room.ask("clear n2");
    }
    for (const std::string fault : {"delay 200", "loss 20", "duplicate", "reorder", "reboot"}) {
        room.ask("fault n2 " + fault);
        CHECK_MESSAGE(eventually([&status] { return status().code == 0; }), fault);
        room.ask("clear n2");
    }
    room.ask("fault n2 bmcerror");
    CHECK(command("off").code != 0);
    room.ask("clear n2");
    room.ask("fault n2 ignore");
    CHECK(command("off").code == 0);
    CHECK(power_is("on"));
    room.ask("clear n2");
    room.ask("fault n2 nosoft");
    CHECK(command("soft").code == 0);
    room.ask("clear n2");
    CHECK(command("soft").code == 0);
    CHECK(eventually([&power_is] { return power_is("off"); }));
    room.ask("fault n2 dcmi_off");
    CHECK(says(ipmitool("127.21.11.2", 17, {"dcmi", "power", "reading"}), "DCMI"));
    CHECK(ipmitool("127.21.11.1", 17, {"chassis", "status"}).code == 0);
}

TEST_CASE("a wrong password opens no session") {
    if (!present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    CHECK(ipmitool("127.21.11.1", 17, {"chassis", "status"}, "wrong").code != 0);
    CHECK(room.ask("status n1").find("sessions=0") != std::string::npos);
}
