#include "tests/plugins/ipmi/ipmi_sim.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/ipmi/discover/survey_rig.h"

using namespace frugald::test;

TEST_CASE("OpenIPMI's ipmi_sim: suite 3, opensesspriv, power from the repository") {
    IpmiSim sim("127.20.5.50", 6232, IpmiSim::With::nothing);
    if (!sim.missing().empty()) {
        fmt::print("skipped: {} not present\n", sim.missing());
        return;
    }
    Facts facts;
    for (int i = 0; i < 20 && !facts.answered; ++i)
        facts = find_one(plan_for({at("n1", "127.20.5.50", 6232)}));
    REQUIRE(facts.answered);
    REQUIRE(facts.login);
    CHECK(facts.login->failure == "");
    CHECK(facts.login->suite == 3);
    CHECK(facts.login->open_session_privilege);
    REQUIRE(facts.power);
    CHECK(facts.power->path == "sdr");
    CHECK(facts.power->watts == 340);
    REQUIRE(facts.capabilities);
    CHECK(facts.capabilities->ipmi_2_0);
    REQUIRE(facts.device);
    CHECK(facts.device->manufacturer == 0x2a2);
    CHECK(facts.guid);
    REQUIRE(facts.offer_0);
    CHECK(facts.offer_0->status == 0);  // its configuration allows the authentication "none"
    REQUIRE(facts.limit);
    CHECK_FALSE(facts.limit->answers);
}
