#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

constexpr const char* devices = R"(
[[bmcs]]
nodes = "n[1-8]"
address = "127.21.12.1"
port = 21625
noise_percent = 0
[[pdu]]
name = "apc"
address = "127.21.12.101"
port = 21161
outlets = "n[1-8]"
outlet_count = 24
phases = 3
[[pdu]]
name = "sentry"
address = "127.21.12.102"
port = 21161
community = "other"
outlets = "n[1-4]"
shape = "sentry4"
[[pdu]]
name = "raritan"
address = "127.21.12.103"
port = 21161
outlets = "n[5-8]"
shape = "raritan-px2"
[[meter]]
name = "main"
address = "127.21.12.201"
port = 21502
overhead = 1.5
start_watt_hours = 1250999896491
)";

constexpr const char* apc = "1.3.6.1.4.1.318.1.1.26";

Outcome snmp(const std::string& tool, const std::string& host, const std::string& oid,
             std::vector<std::string> options = {"-v2c", "-c", "public"}) {
    std::vector<std::string> all = {tool, "-Onq", "-t", "1", "-r", "1"};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), {host + ":21161", oid});
    return run_program(all);
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

std::size_t lines(const Outcome& outcome) {
    return static_cast<std::size_t>(std::count(outcome.output.begin(), outcome.output.end(), '\n'));
}

}  // namespace

TEST_CASE("net-snmp's tools read a live PDU whose outlets follow the nodes") {
    if (!present("snmpget")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), devices);
    // n1 hangs on two PDUs: half of its power on each
    room.ask("watts n[1-8] 100");
    room.ask("watts n1 250");
    const std::string outlet = fmt::format(".{}.9.4.3.1.7.", apc);
    for (const std::string version : {"-v1", "-v2c"}) {
        const std::vector<std::string> access = {version, "-c", "public"};
        CHECK(says(snmp("snmpget", "127.21.12.101", outlet + "1", access), outlet + "1 125"));
        const Outcome walk =
            snmp("snmpwalk", "127.21.12.101", outlet.substr(0, outlet.size() - 1), access);
        CHECK(lines(walk) == 24);
        CHECK(says(walk, outlet + "8 50\n"));
        CHECK(says(walk, outlet + "24 0\n"));
    }
    const Outcome bulk = snmp("snmpbulkget", "127.21.12.101", outlet.substr(0, outlet.size() - 1),
                              {"-v2c", "-c", "public", "-Cn0", "-Cr24"});
    CHECK(lines(bulk) == 24);
    CHECK(says(snmp("snmpget", "127.21.12.101", fmt::format("{}.4.3.1.5.1", apc)), " 48"));
    CHECK(says(snmp("snmpget", "127.21.12.102", "1.3.6.1.4.1.1718.4.1.8.3.1.7.1.1.1",
                    {"-v2c", "-c", "other"}),
               " 125"));
    CHECK(says(snmp("snmpget", "127.21.12.103", "1.3.6.1.4.1.13742.6.5.4.3.1.4.1.1.5"), " 50"));
    room.ask("power n8 off");
    CHECK(says(snmp("snmpget", "127.21.12.101", outlet + "8"), outlet + "8 4"));
}

TEST_CASE("a whole agent can be walked, step by step and in bulk, with the same result") {
    if (!present("snmpbulkwalk")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), devices);
    for (const std::string host : {"127.21.12.101", "127.21.12.103"}) {
        const Outcome steps = snmp("snmpwalk", host, "1.3.6.1.4");
        const Outcome bulk = snmp("snmpbulkwalk", host, "1.3.6.1.4");
        CHECK(steps.code == 0);
        CHECK(lines(steps) > 40);
        CHECK(lines(steps) == lines(bulk));
    }
}

TEST_CASE("SNMP: writing is refused, another community is not answered, faults") {
    if (!present("snmpset")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), devices);
    const std::string name = "1.3.6.1.2.1.1.5.0";
    CHECK(says(
        run_program({"snmpset", "-v2c", "-c", "public", "127.21.12.101:21161", name, "s", "mine"}),
        "noAccess"));
    CHECK(says(snmp("snmpget", "127.21.12.101", name, {"-v2c", "-c", "private"}), "Timeout"));
    room.ask("fault apc dead");
    CHECK(says(snmp("snmpget", "127.21.12.101", name), "Timeout"));
    CHECK(says(snmp("snmpget", "127.21.12.103", name), "raritan"));
    room.ask("clear apc");
    CHECK(says(snmp("snmpget", "127.21.12.101", name), "apc"));
}

TEST_CASE("a recording is served as it was recorded") {
    if (!present("snmpbulkwalk")) return;
    const Scratch scratch;
    std::ofstream recording(scratch.path() / "device.snmprec");
    recording << "1.3.6.1.2.1.1.1.0|4|A recorded device\n";
    for (int row = 1; row <= 300; ++row)
        recording << fmt::format("1.3.6.1.4.1.99999.1.{}|66|{}\n", row, row * 1000);
    recording << "1.3.6.1.4.1.100000.1|2|1\n";
    recording.close();
    const RoomProcess room(
        scratch.path(),
        fmt::format("[[pdu]]\nname = \"r[1-3]\"\naddress = \"127.21.12.111\"\nport = 21161\n"
                    "recording = \"{}\"\n",
                    (scratch.path() / "device.snmprec").string()));
    for (const std::string host : {"127.21.12.111", "127.21.12.113"}) {
        const Outcome walk = snmp("snmpbulkwalk", host, "1.3.6.1.4.1.99999");
        CHECK(lines(walk) == 300);
        CHECK(says(walk, ".1.3.6.1.4.1.99999.1.300 300000\n"));
    }
}

TEST_CASE("mbpoll reads the building meter") {
    if (!present("mbpoll")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), devices);
    room.ask("watts n[1-8] 1000");
    const auto mbpoll = [](const std::string& type, const std::string& first,
                           const std::string& count) {
        return run_program({"mbpoll", "-m", "tcp", "-p", "21502", "-a", "1", "-0", "-t", type, "-B",
                            "-r", first, "-c", count, "-1", "127.21.12.201"});
    };
    CHECK(says(mbpoll("4:float", "3053", "4"), "[3059]: \t12\n"));
    CHECK(says(mbpoll("4:hex", "3203", "4"), "[3204]: \t0x0123\n"));
    CHECK(says(mbpoll("4:hex", "3200", "4"), "Illegal data address"));
}
