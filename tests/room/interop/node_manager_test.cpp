#include <doctest/doctest.h>

#include "tests/room/interop/program.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

constexpr const char* bmcs = R"(
[[bmcs]]
nodes = "n[1-2]"
address = "127.21.14.1"
port = 21623
node_manager = true
)";

Outcome intelnm(const Scratch& scratch, const std::string& suite,
                std::vector<std::string> arguments) {
    std::vector<std::string> all = {"ipmi-oem",
                                    "-D",
                                    "LAN_2_0",
                                    "-I",
                                    suite,
                                    "-u",
                                    "admin",
                                    "-p",
                                    "secret12",
                                    "-l",
                                    "admin",
                                    "-h",
                                    "127.21.14.1:21623",
                                    "--quiet-cache",
                                    "--sdr-cache-directory=" + scratch.path().string(),
                                    "intelnm"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all);
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

}  // namespace

TEST_CASE("ipmi-oem finds the Node Manager, reads it, sets a policy and reads it back, bridged") {
    if (!present("ipmi-oem")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    room.ask("watts n1 321");
    for (const std::string suite : {"3", "17"}) {
        CHECK(says(intelnm(scratch, suite, {"get-node-manager-statistics", "mode=globalpower"}),
                   ": 321 Watts"));
        CHECK(says(intelnm(scratch, suite, {"get-node-manager-version"}), ": 2.0"));
        CHECK(says(intelnm(scratch, suite, {"get-node-manager-capabilities"}), ": 100 W"));
        CHECK(intelnm(scratch, suite,
                      {"set-node-manager-policy", "domainid=platform", "policyid=3",
                       "policytrigger=none", "policytargetlimit=250", "correctiontimelimit=1000",
                       "statisticsreportingperiod=10", "policystorage=volatile",
                       "policytriggerlimit=0"})
                  .code == 0);
        const Outcome policy =
            intelnm(scratch, suite, {"get-node-manager-policy", "domainid=platform"});
        CHECK(says(policy, "Policy ID = 3"));
        CHECK(says(policy, ": 250 W"));
        CHECK(says(policy, "Volatile Storage"));
        CHECK(intelnm(scratch, suite,
                      {"remove-node-manager-policy", "domainid=platform", "policyid=3"})
                  .code == 0);
    }
    CHECK(room.ask("log").find("nm_policy 3 250 correction_ms=1000 exceptions=0") !=
          std::string::npos);
}

TEST_CASE("ipmitool reads the Node Manager's watts, bridged") {
    if (!present("ipmitool")) return;
    const Scratch scratch;
    const RoomProcess room(scratch.path(), bmcs);
    room.ask("watts n2 222");
    CHECK(says(run_program({"ipmitool",   "-I",    "lanplus",     "-C",      "17",    "-p",
                            "21623",      "-H",    "127.21.14.2", "-U",      "admin", "-P",
                            "secret12",   "-b",    "0",           "-t",      "0x2c",  "nm",
                            "statistics", "power", "domain",      "platform"}),
               "222 Watts"));
}
