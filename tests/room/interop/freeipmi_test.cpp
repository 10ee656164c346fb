#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

constexpr const char* bmcs = R"(
[[bmcs]]
nodes = "n[1-8]"
address = "127.21.10.1"
port = 21623
boot_s = 0
shutdown_s = 0.1
cycle_off_s = 0.5
)";

/// A FreeIPMI tool against these addresses, over RMCP+.
Outcome freeipmi(const std::string& tool, const std::string& host, unsigned suite,
                 std::vector<std::string> arguments, const std::string& password = "secret12") {
    std::vector<std::string> all = {tool,    "-D", "LAN_2_0", "-I", fmt::format("{}", suite), "-u",
                                    "admin", "-p", password,  "-h", host + ":21623"};
    if (tool != "ipmipower") all.insert(all.end(), {"-l", "admin"});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all);
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

}  // namespace

TEST_CASE("ipmi-sensors reads every sensor, with both suites") {
    if (!present("ipmi-sensors")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    room.ask("watts n1 301");
    for (const unsigned suite : {3U, 17U}) {
        const Outcome outcome = freeipmi(
            "ipmi-sensors", "127.21.10.1", suite,
            {"--sdr-cache-directory=" + scratch.path().string(), "--quiet-cache", "--comma"});
        CHECK(outcome.code == 0);
        for (const std::string name : {"Inlet Temp", "CPU2 Temp", "FAN4", "PS1 Input Power"})
            CHECK(says(outcome, name));
        CHECK(says(outcome, "Node Power,Other Units Based Sensor,300.00,W,'OK'"));
    }
}

TEST_CASE("ipmi-dcmi reads power, sets, activates and reads back a limit") {
    if (!present("ipmi-dcmi")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    for (const unsigned suite : {3U, 17U}) {
        room.ask("watts n2 432");
        const auto dcmi = [suite](std::vector<std::string> arguments) {
            return freeipmi("ipmi-dcmi", "127.21.10.2", suite, std::move(arguments));
        };
        CHECK(says(dcmi({"--get-system-power-statistics"}), ": 432 Watts"));
        CHECK(dcmi({"--set-power-limit", "--power-limit-requested=222",
                    "--correction-time-limit=100"})
                  .code == 0);
        CHECK(dcmi({"--activate-deactivate-power-limit=ACTIVATE"}).code == 0);
        CHECK(says(dcmi({"--get-power-limit"}), ": 222 watts"));
        room.ask("watts n2 auto");
        room.ask("load n2 1");
        CHECK(eventually([&room] {
            return room.ask("status n2").find("limit=222") != std::string::npos &&
                   room.ask("status n2").find(" watts=22") != std::string::npos;
        }));
        CHECK(dcmi({"--activate-deactivate-power-limit=DEACTIVATE"}).code == 0);
        CHECK(says(dcmi({"--get-dcmi-capability-info"}), "Power Management / Monitoring Support"));
        CHECK(says(dcmi({"--get-dcmi-sensor-info"}), "Inlet Temperature SDR Record IDs"));
        CHECK(says(dcmi({"--get-asset-tag"}), "n2"));
    }
}

TEST_CASE("ipmipower switches many nodes and sees what it did") {
    if (!present("ipmipower")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    for (const unsigned suite : {3U, 17U}) {
        CHECK(says(freeipmi("ipmipower", "127.21.10.[1-8]", suite, {"--off"}), "127.21.10.8: ok"));
        const Outcome off = freeipmi("ipmipower", "127.21.10.[1-8]", suite, {"--stat"});
        for (int node = 1; node <= 8; ++node)
            CHECK(says(off, fmt::format("127.21.10.{}: off", node)));
        CHECK(says(freeipmi("ipmipower", "127.21.10.3", suite, {"--on"}), ": ok"));
        CHECK(says(freeipmi("ipmipower", "127.21.10.3", suite, {"--stat"}), ": on"));
        CHECK(says(freeipmi("ipmipower", "127.21.10.3", suite, {"--cycle"}), ": ok"));
        CHECK(says(freeipmi("ipmipower", "127.21.10.3", suite, {"--stat"}), ": off"));
        CHECK(eventually(
            [&room] { return room.ask("status n3").find("power=on") != std::string::npos; }));
        freeipmi("ipmipower", "127.21.10.3", suite, {"--soft"});
        CHECK(eventually(
            [&room] { return room.ask("status n3").find("power=off") != std::string::npos; }));
    }
    CHECK(room.ask("log").find("n8 admin chassis_control off") != std::string::npos);
}

TEST_CASE("a wrong password and a wrong user are told apart") {
    if (!present("ipmipower")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    CHECK(says(freeipmi("ipmipower", "127.21.10.1", 17, {"--stat"}, "wrong"), "password invalid"));
    CHECK(says(freeipmi("ipmipower", "127.21.10.1", 17, {"-u", "nobody", "--stat"}),
               "username invalid"));
}

TEST_CASE("bmc-info tells the GUID of each node") {
    if (!present("bmc-info")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    const Outcome one = freeipmi("bmc-info", "127.21.10.1", 17, {"--get-system-guid"});
    const Outcome two = freeipmi("bmc-info", "127.21.10.2", 17, {"--get-system-guid"});
    CHECK(one.code == 0);
    CHECK(one.output.size() > 36);
    CHECK(one.output != two.output);
    CHECK(says(freeipmi("bmc-info", "127.21.10.1", 3, {"--get-device-id"}), "IPMI Version"));
}
