#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <sstream>

#include "tests/plugins/ipmi/discover/survey_rig.h"

using namespace frugald;
using namespace frugald::ipmi::discover;
using namespace frugald::test;
using Bytes8 = std::vector<std::uint8_t>;

namespace {

/// All that a discovery may ask: capabilities, suites, GUID, device, privilege and end of its
/// session, chassis, sensors and their repository, DCMI power and limit.
const std::set<std::string> allowed{"06h 38h", "06h 54h", "06h 37h", "06h 01h", "06h 3bh",
                                    "06h 3ch", "00h 01h", "04h 2dh", "0ah 20h", "0ah 22h",
                                    "0ah 23h", "2ch 02h", "2ch 03h"};

/// Another table for a room.
std::string table(const char* nodes, const char* address) {
    return fmt::format("[[bmcs]]\nnodes = \"{}\"\naddress = \"{}\"\nport = {}\n", nodes, address,
                       RoomRig::port);
}

}  // namespace

TEST_CASE("a room: everything about a BMC, sessions closed, nothing changed") {
    RoomRig room("n1", "127.20.5.1", "manufacturer = 674\nproduct = 256");
    const Facts facts = find_one(plan_for({at("n1", "127.20.5.1")}));
    CHECK(facts.answered);
    CHECK(facts.pong);
    REQUIRE(facts.capabilities);
    CHECK((facts.capabilities->ipmi_2_0 && facts.capabilities->named_users));
    CHECK_FALSE(facts.capabilities->null_users);
    CHECK(facts.suites == Bytes8{17, 3});
    CHECK(facts.guid);
    REQUIRE(facts.login);
    CHECK(facts.login->failure == "");
    CHECK(facts.login->suite == 17);
    REQUIRE(facts.device);
    CHECK(facts.device->manufacturer == 674);
    CHECK(facts.device->product == 256);
    CHECK(facts.device->firmware == "1.00");
    REQUIRE(facts.power);
    CHECK(facts.power->path == "dcmi");
    CHECK(facts.power->watts > 50);
    REQUIRE(facts.limit);
    CHECK((facts.limit->answers && !facts.limit->active));
    CHECK(room.tell("log") == "");
    CHECK(has(room.tell("status"), "sessions=0"));
    std::istringstream reads(room.tell("log reads"));
    for (std::string at_s, node, function, command; reads >> at_s >> node >> function >> command;)
        CHECK(allowed.contains(function + " " + command));
}

TEST_CASE("without credentials: what it tells anybody, and no login") {
    RoomRig room("n1", "127.20.5.2");
    const Facts facts = find_one(plan_for({at("n1", "127.20.5.2")}, nullptr));
    CHECK(facts.suites == Bytes8{17, 3});
    CHECK(facts.guid);
    REQUIRE(facts.offer);
    CHECK((facts.offer->suite == 17 && facts.offer->status == 0 && facts.offer->privilege == 4));
    CHECK_FALSE((facts.login || facts.device || facts.power));
    const std::string reads = room.tell("log reads");
    for (const char* const command : {" 06h 38h", " 06h 54h", " 06h 37h"})
        CHECK(has(reads, command));
    CHECK_FALSE(has(reads, " 06h 01h"));
}

TEST_CASE("suite 0 is found out by an offer, and only by an offer") {
    RoomRig room(
        "n1", "127.20.5.3",
        "suite_0 = true\nnull_user = true\nanonymous = true\n" + table("n2", "127.20.5.4"));
    auto all = find_all(plan_for({at("n1", "127.20.5.3"), at("n2", "127.20.5.4")}));
    REQUIRE(all["n1"].offer_0);
    CHECK(all["n1"].offer_0->status == 0);
    CHECK(all["n1"].suites == Bytes8{0, 17, 3});
    CHECK((all["n1"].capabilities->null_users && all["n1"].capabilities->anonymous_login));
    CHECK(all["n1"].login->suite == 17);
    REQUIRE(all["n2"].offer_0);
    CHECK(all["n2"].offer_0->status != 0);
}

TEST_CASE("a BMC with suite 3 alone, and one that echoes the privilege, are let in") {
    RoomRig room("n1", "127.20.5.5",
                 "suites = [3]\n" + table("n2", "127.20.5.6") + "privilege_echo = true");
    auto all = find_all(plan_for({at("n1", "127.20.5.5"), at("n2", "127.20.5.6")}));
    CHECK(all["n1"].login->suite == 3);
    CHECK(all["n1"].login->failure == "");
    CHECK(all["n2"].login->open_session_privilege);
    CHECK(all["n2"].login->failure == "");
    CHECK(all["n2"].power->path == "dcmi");
}

TEST_CASE("a wrong password is tried once, and said") {
    RoomRig room("n1", "127.20.5.7");
    const Facts facts = find_one(plan_for({at("n1", "127.20.5.7")}, "not-it"));
    CHECK(facts.answered);
    REQUIRE(facts.login);
    CHECK(has(facts.login->failure, "does not accept the password"));
    CHECK_FALSE(facts.login->open_session_privilege);
    CHECK(facts.login->suite == 17);
    CHECK_FALSE(facts.device);
}

TEST_CASE("power paths: without DCMI the watt sensor, and why") {
    RoomRig room("n1", "127.20.5.8");
    room.tell("fault n1 dcmi_off");
    room.tell("watts n1 303");
    const Facts facts = find_one(plan_for({at("n1", "127.20.5.8")}));
    REQUIRE(facts.power);
    CHECK(facts.power->path == "sdr");
    CHECK(facts.power->watts == doctest::Approx(303).epsilon(0.02));
    CHECK(has(facts.power->reason, "C1h") + has(facts.power->reason, "c1h") > 0);
    REQUIRE(facts.limit);
    CHECK_FALSE(facts.limit->answers);
}

TEST_CASE("duplicate GUIDs, two names for one address, nobody there, no such name") {
    RoomRig room("n[1-3]", "127.20.5.10");
    room.tell("fault n[1-2] guid 7");
    auto all = find_all(plan_for(
        {at("n1", "127.20.5.10"), at("n2", "127.20.5.11"), at("n3", "127.20.5.12"),
         at("n4", "127.20.5.12"), at("n5", "127.20.5.99"), at("n6", "no-such-host.invalid")},
        nullptr));
    CHECK(all["n1"].guid == all["n2"].guid);
    CHECK(all["n1"].guid != (all["n3"].answered ? all["n3"] : all["n4"]).guid);
    CHECK(all["n3"].answered != all["n4"].answered);
    CHECK(has(all["n3"].failure + all["n4"].failure, "has the address 127.20.5.12 of n"));
    CHECK(has(all["n5"].failure, "does not answer on UDP port"));
    CHECK(has(all["n6"].failure, "has no address"));
}

TEST_CASE("the loss of every fifth packet changes nothing but the time") {
    RoomRig room("n[1-8]", "127.20.5.20");
    room.tell("fault n[1-8] loss 20");
    std::vector<Candidate> targets;
    for (int i = 0; i < 8; ++i)
        targets.push_back(
            {fmt::format("n{}", i + 1), fmt::format("127.20.5.{}", 20 + i), RoomRig::port});
    Plan plan = plan_for(targets);
    plan.network.attempts = 8;
    for (const auto& [node, facts] : find_all(plan)) {
        CAPTURE(node);
        REQUIRE(facts.power);
        CHECK(facts.power->path == "dcmi");
        CHECK(facts.suites == Bytes8{17, 3});
    }
}

TEST_CASE("the rate is kept, and silent addresses cost three packets each") {
    std::vector<Candidate> targets;
    for (int i = 0; i < 100; ++i)
        targets.push_back({fmt::format("n{}", i), fmt::format("127.20.6.{}", i + 1), 6239});
    Plan plan = plan_for(targets, nullptr);
    plan.network.packets_per_s = 300;
    const auto began = std::chrono::steady_clock::now();
    for (const auto& [node, facts] : find_all(plan)) CHECK_FALSE(facts.answered);
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(took > 900ms);  // 300 packets at 300 per second
    CHECK(took < 5s);
}

TEST_CASE("an interrupted survey closes its sessions and ends soon") {
    RoomRig room("n[1-4]", "127.20.5.40");
    room.tell("fault n[1-4] delay 150");
    ipmi_rmcpplus_init();
    asio::io_context loop;
    std::vector<Candidate> targets{at("n1", "127.20.5.40"), at("n2", "127.20.5.41"),
                                   at("n3", "127.20.5.42"), at("n4", "127.20.5.43")};
    Plan plan = plan_for(targets);
    plan.network.retransmit = 300ms;
    Survey survey(loop, plan, [](const Facts&) { return true; });
    asio::steady_timer timer(loop);
    std::chrono::steady_clock::time_point stopped;
    // Six exchanges come before the session is there: ask the room when it is.
    std::function<void()> look = [&] {
        timer.expires_after(20ms);
        timer.async_wait([&](boost::system::error_code) {
            if (!has(room.tell("status n1"), "sessions=1")) return look();
            stopped = std::chrono::steady_clock::now();
            survey.stop();
        });
    };
    look();
    survey.run();
    REQUIRE(survey.stopped());
    CHECK(std::chrono::steady_clock::now() - stopped < 3s);
    CHECK_FALSE(has(room.tell("status"), "sessions=1"));
}
