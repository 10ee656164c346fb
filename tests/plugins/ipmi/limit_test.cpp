#include "plugins/ipmi/limit.h"

#include <doctest/doctest.h>

#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

ipmi::Config one_bmc(const std::string& address) {
    return config_for({{"n1", address, RoomRig::port, group_with()}});
}

bool contains(const std::string& text, const std::string& what) {
    INFO(text);
    return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a profile tells the range of limits, and where DCMI's limit is of no use") {
    RoomRig room("n1", "127.20.8.91", "node_manager = true");
    ipmi::Habits habits;
    habits.least_limit = Watts{120};
    habits.most_limit = Watts{380};
    auto group = group_with();
    SUBCASE("its range") {
        group->habits = std::make_shared<const ipmi::Habits>(habits);
        Rig rig(config_for({{"n1", "127.20.8.91", RoomRig::port, group}}));
        const auto cap = rig.run(rig.actuator().cap("n1"));
        REQUIRE(cap);
        CHECK(cap->way == "dcmi");
        CHECK(cap->least == Watts{120});
        CHECK(cap->most == Watts{380});
    }
    SUBCASE("no DCMI limit: the Node Manager's") {
        habits.dcmi_limit = false;
        group->habits = std::make_shared<const ipmi::Habits>(habits);
        Rig rig(config_for({{"n1", "127.20.8.91", RoomRig::port, group}}));
        const auto cap = rig.run(rig.actuator().cap("n1"));
        REQUIRE(cap);
        CHECK(cap->way == "nm");
    }
}

TEST_CASE("where DCMI does not limit, the Node Manager does: set, activated, read back, released") {
    RoomRig room("n1", "127.20.8.1",
                 "node_manager = true\nnoise_percent = 0\nsettle_s = 0\nidle_watts = 100\n"
                 "full_watts = 400");
    room.tell("fault n1 dcmi_nolimit");
    room.tell("load n1 1");
    Rig rig(one_bmc("127.20.8.1"));
    const auto before = rig.run(rig.actuator().cap("n1"));
    REQUIRE(before);
    CHECK_FALSE(before->active);
    CHECK(before->way == "nm");
    CHECK(before->least == Watts{100});
    CHECK(before->most == Watts{400});

    for (const double watts : {250.0, 200.0}) {
        REQUIRE(rig.run(rig.actuator().set_cap("n1", Watts{watts})));
        const auto set = rig.run(rig.actuator().cap("n1"));
        REQUIRE(set);
        CHECK(set->active);
        CHECK(set->limit == Watts{watts});
        CHECK(set->correction == 1000ms);
    }
    CHECK(contains(room.tell("log"), "nm_policy 70 250 correction_ms=1000 exceptions=0"));
    CHECK_FALSE(contains(room.tell("log"), "set_limit"));
    CHECK(rig.until([&] { return contains(room.tell("status n1"), "watts=200.0"); }, 5s));

    const auto refused = rig.run(rig.actuator().set_cap("n1", Watts{50}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::refused);
    CHECK(contains(refused.error().text, "100 to 400 W"));

    REQUIRE(rig.run(rig.actuator().release_cap("n1")));
    const auto released = rig.run(rig.actuator().cap("n1"));
    REQUIRE(released);
    CHECK_FALSE(released->active);
    CHECK(rig.until([&] { return contains(room.tell("status n1"), "watts=400.0"); }, 5s));
}

TEST_CASE("releasing what was never set is no failure") {
    RoomRig room("n1", "127.20.8.11", "node_manager = true");
    room.tell("fault n1 dcmi_nolimit");
    Rig rig(one_bmc("127.20.8.11"));
    CHECK(rig.run(rig.actuator().release_cap("n1")));
}

TEST_CASE("a BMC that can limit nothing is told as such") {
    RoomRig room("n[1-2]", "127.20.8.21");
    room.tell("fault n1 dcmi_nolimit");
    Rig rig(one_bmc("127.20.8.21"));
    for (const auto& said : {rig.run(rig.actuator().set_cap("n1", Watts{250})),
                             rig.run(rig.actuator().release_cap("n1"))}) {
        REQUIRE_FALSE(said);
        CHECK(said.error().fault == Fault::unsupported);
        CHECK(contains(said.error().text, "no Intel Node Manager"));
    }
}

TEST_CASE("a Node Manager that is in the repository only is no way to limit power") {
    RoomRig room("n1", "127.20.8.51", "node_manager = true");
    room.tell("fault n1 dcmi_nolimit");
    room.tell("fault n1 nm_off");
    Rig rig(one_bmc("127.20.8.51"));
    const auto said = rig.run(rig.actuator().set_cap("n1", Watts{250}));
    REQUIRE_FALSE(said);
    CHECK(said.error().fault == Fault::unsupported);
    CHECK(contains(said.error().text, "nobody answers at its address"));
}

TEST_CASE("where DCMI and the Node Manager can limit, DCMI does") {
    RoomRig room("n1", "127.20.8.31", "node_manager = true");
    Rig rig(one_bmc("127.20.8.31"));
    const auto reading = rig.run(rig.actuator().cap("n1"));
    REQUIRE(reading);
    CHECK(reading->way == "dcmi");
}

TEST_CASE("another session is another number: a BMC that restarts forgets its limit") {
    RoomRig room("n1", "127.20.8.41");
    Rig rig(one_bmc("127.20.8.41"));
    CHECK(rig.actuator().session("n1") == 0);
    REQUIRE(rig.run(rig.actuator().set_cap("n1", Watts{250})));
    const unsigned session = rig.actuator().session("n1");
    CHECK(session > 0);
    room.tell("fault n1 reboot");
    for (int i = 0; i < 3; ++i) rig.run(rig.actuator().chassis("n1"));
    CHECK(rig.actuator().session("n1") > session);
    const auto forgotten = rig.run(rig.actuator().cap("n1"));
    REQUIRE(forgotten);
    CHECK_FALSE(forgotten->active);
}
