#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

// What a discovery asks for, asked by foreign tools. rmcpping and ipmiping know no port but 623.

using namespace frugald::room;

namespace {

constexpr const char* bmcs = R"(
[[bmcs]]
nodes = "n[1-3]"
address = "127.21.13.1"
port = 623
suite_0 = true
null_user = true
anonymous = true
manufacturer = 674
product = 256
)";

bool may_bind() {
    if (geteuid() == 0) return true;
    MESSAGE("skipped: port 623 needs root");
    return false;
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

Outcome ipmitool(std::vector<std::string> arguments, const char* suite = "3") {
    std::vector<std::string> all = {"ipmitool", "-I",          "lanplus", "-C",    suite,
                                    "-H",       "127.21.13.1", "-U",      "admin", "-P",
                                    "secret12", "-N",          "1",       "-R",    "1"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all);
}

Outcome guid(const char* host) {
    return run_program({"bmc-info", "-D", "LAN_2_0", "-u", "admin", "-p", "secret12", "-h", host,
                        "--get-system-guid"});
}

}  // namespace

TEST_CASE("rmcpping and ipmiping find the room's BMCs, and the users that nobody should have") {
    if (!may_bind() || !present("rmcpping")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    CHECK(says(run_program({"rmcpping", "-c", "1", "127.21.13.1"}), "1 pongs received"));
    const Outcome ping = run_program({"ipmiping", "-v", "-c", "1", "127.21.13.1"});
    CHECK(says(ping, "anon=set null=set non-null=set"));
}

TEST_CASE("ipmitool lists suite 0, and gets no further with it than the offer") {
    if (!may_bind() || !present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    const Outcome ciphers = ipmitool({"channel", "getciphers", "ipmi", "1"});
    for (const char* const suite : {"0    N/A     none", "3    N/A     hmac_sha1", "17   N/A"})
        CHECK(says(ciphers, suite));
    CHECK(says(ipmitool({"channel", "authcap", "1", "4"}), "Anonymous login enabled    : yes"));
    CHECK(says(ipmitool({"mc", "info"}), "674"));
    CHECK(ipmitool({"chassis", "status"}, "0").code != 0);
}

TEST_CASE("bmc-info sees duplicate GUIDs where the fault is set") {
    if (!may_bind() || !present("bmc-info")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    CHECK(guid("127.21.13.1").output != guid("127.21.13.3").output);
    room.ask("fault n1 guid 7");
    room.ask("fault n3 guid 7");
    CHECK(guid("127.21.13.1").output == guid("127.21.13.3").output);
    CHECK(guid("127.21.13.1").output != guid("127.21.13.2").output);
}
