#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

bool has_power(const Seen& seen) { return seen.power().has_value(); }
bool failed(const Seen& seen) { return seen.failure.has_value(); }

ipmi::BmcConfig bmc(const std::string& node, const std::string& address,
                    const std::shared_ptr<ipmi::Group>& group) {
    return {node, address, RoomRig::port, group};
}

}  // namespace

TEST_CASE("power and chassis of a BMC are read with suite 17 and with suite 3") {
    RoomRig room("n[1-2]", "127.20.1.1");
    room.tell("watts n1 321");
    room.tell("watts n2 222");
    Rig rig(config_for(
        {bmc("n1", "127.20.1.1", group_with({17})), bmc("n2", "127.20.1.2", group_with({3}))}));
    rig.start();
    const Seen first = rig.next([](const Seen& s) { return s.device == "n1" && has_power(s); });
    CHECK(first.power() == 321);
    CHECK(first.source == "dcmi");
    CHECK(first.chassis == Chassis::on);
    const Seen second = rig.next([](const Seen& s) { return s.device == "n2" && has_power(s); });
    CHECK(second.power() == 222);
}

TEST_CASE("temperatures, fans and supplies come from the repository") {
    RoomRig room("n1", "127.20.1.11");
    Rig rig(config_for({bmc("n1", "127.20.1.11", group_with())}));
    rig.start();
    const Seen seen = rig.next([](const Seen& s) { return s.values.size() > 3; });
    CHECK(seen.source == "sdr");
    bool temperature = false, fan = false;
    for (const Seen::Value& value : seen.values) {
        CHECK(value.part != Part::total);
        CHECK_FALSE(value.part_name.empty());
        if (value.quantity == Quantity::temperature_celsius) {
            temperature = true;
            CHECK(value.value > 5);
            CHECK(value.value < 110);
        }
        if (value.quantity == Quantity::fan_speed_rpm) {
            fan = true;
            CHECK(value.value > 100);
        }
    }
    CHECK(temperature);
    CHECK(fan);
}

TEST_CASE("without DCMI the repository's watt sensor is the node's power") {
    RoomRig room("n1", "127.20.1.21");
    room.tell("watts n1 300");
    room.tell("fault n1 dcmi_off");
    Rig rig(config_for({bmc("n1", "127.20.1.21", group_with())}));
    rig.start();
    const Seen seen = rig.next(has_power);
    CHECK(seen.source == "sdr");
    CHECK(*seen.power() == doctest::Approx(300).epsilon(0.03));
}

TEST_CASE("0 W of a node that is on is no reading, of one that is off it is") {
    RoomRig room("n1", "127.20.1.31");
    room.tell("watts n1 0");
    auto group = group_with();
    group->sensors = false;
    Rig rig(config_for({bmc("n1", "127.20.1.31", group)}));
    rig.start();
    const Seen seen = rig.next([](const Seen& s) { return s.chassis == Chassis::on; });
    CHECK_FALSE(seen.failure);
    CHECK(seen.values.empty());
    room.tell("power n1 off");
    room.tell("watts n1 0");
    const Seen off = rig.next([](const Seen& s) { return s.chassis == Chassis::off; });
    REQUIRE(off.power());
    CHECK(*off.power() < 50);
}

TEST_CASE("a node is switched on, off and cycled, and the state read back") {
    RoomRig room("n1", "127.20.1.41", "shutdown_s = 0.1\ncycle_off_s = 0.1");
    Rig rig(config_for({bmc("n1", "127.20.1.41", group_with())}));
    const auto wanted = [] { return true; };
    CHECK(rig.actuator().reaches("n1"));
    CHECK_FALSE(rig.actuator().reaches("n2"));
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::on);
    const auto chassis_becomes = [&](Chassis expected) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < deadline)
            if (rig.run(rig.actuator().chassis("n1")) == expected) return true;
        return false;
    };
    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::off, wanted)).has_value());
    CHECK(chassis_becomes(Chassis::off));
    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::on, wanted)).has_value());
    CHECK(chassis_becomes(Chassis::on));
    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::cycle, wanted)).has_value());
    CHECK(chassis_becomes(Chassis::on));
    CHECK(rig.run(rig.actuator().power("n1", PowerCommand::soft, wanted)).has_value());
    CHECK(chassis_becomes(Chassis::off));
    const auto nobody = rig.run(rig.actuator().power("n2", PowerCommand::on, wanted));
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().fault == Fault::invalid);
}

TEST_CASE("a command that is not wanted any more is never sent") {
    RoomRig room("n1", "127.20.1.51");
    Rig rig(config_for({bmc("n1", "127.20.1.51", group_with())}));
    const auto unwanted = [] { return false; };
    const auto result = rig.run(rig.actuator().power("n1", PowerCommand::off, unwanted));
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == Fault::cancelled);
    CHECK(rig.run(rig.actuator().chassis("n1")) == Chassis::on);

    room.tell("fault n1 mute");
    int asked = 0;
    const auto withdrawn = [&asked] { return ++asked < 2; };
    const auto silent = rig.run(rig.actuator().power("n1", PowerCommand::off, withdrawn));
    REQUIRE_FALSE(silent);
    CHECK(asked == 2);
    CHECK(silent.error().fault == Fault::timeout);
}

TEST_CASE("a power limit is set, activated, read back and released, and never powers off") {
    RoomRig room("n1", "127.20.1.61");
    Rig rig(config_for({bmc("n1", "127.20.1.61", group_with())}));
    const auto before = rig.run(rig.actuator().cap("n1"));
    REQUIRE(before);
    CHECK_FALSE(before->active);
    CHECK(rig.run(rig.actuator().set_cap("n1", Watts{250})).has_value());
    const auto set = rig.run(rig.actuator().cap("n1"));
    REQUIRE(set);
    CHECK(set->active);
    CHECK(set->limit == Watts{250});
    CHECK(rig.run(rig.actuator().release_cap("n1")).has_value());
    const auto released = rig.run(rig.actuator().cap("n1"));
    REQUIRE(released);
    CHECK_FALSE(released->active);
    for (const double watts : {0.0, -5.0, 70000.0}) {
        const auto refused = rig.run(rig.actuator().set_cap("n1", Watts{watts}));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::invalid);
    }
}

TEST_CASE("stopping closes the sessions") {
    RoomRig room("n[1-3]", "127.20.1.71");
    auto group = group_with();
    Rig rig(config_for({bmc("n1", "127.20.1.71", group), bmc("n2", "127.20.1.72", group),
                        bmc("n3", "127.20.1.73", group)}));
    rig.start();
    for (const char* node : {"n1", "n2", "n3"})
        rig.next([&](const Seen& s) { return s.device == node && has_power(s); });
    CHECK(room.tell("status").find("sessions=1") != std::string::npos);
    rig.stop();
    CHECK(room.tell("status").find("sessions=1") == std::string::npos);
}

TEST_CASE("a wrong password, user or privilege is told with the node, the BMC and the remedy") {
    RoomRig room("n[1-3]", "127.20.1.81", "privilege = \"operator\"");
    auto password = group_with();
    password->credentials.privilege = ipmi::Privilege::operator_;
    password->credentials.password = Secret("wrong");
    auto user = group_with();
    user->credentials.privilege = ipmi::Privilege::operator_;
    user->credentials.user = "nobody";
    auto privilege = group_with();
    Rig rig(config_for({bmc("n1", "127.20.1.81", password), bmc("n2", "127.20.1.82", user),
                        bmc("n3", "127.20.1.83", privilege)}));
    rig.start();
    const std::pair<const char*, const char*> expected[] = {
        {"n1", "password"}, {"n2", "nobody"}, {"n3", "privilege"}};
    rig.until([&] { return rig.collector.seen.size() >= 3; });
    for (const auto& [node, word] : expected) {
        const auto seen = std::find_if(rig.collector.seen.begin(), rig.collector.seen.end(),
                                       [&, n = node](const Seen& s) { return s.device == n; });
        REQUIRE(seen != rig.collector.seen.end());
        REQUIRE(seen->failure);
        INFO(seen->failure->text);
        CHECK(seen->failure->fault == Fault::unauthorized);
        CHECK(seen->failure->text.find(word) != std::string::npos);
        CHECK(seen->failure->text.find("127.20.1.8") != std::string::npos);
        CHECK(seen->failure->text.find("secret12") == std::string::npos);
    }
}

TEST_CASE("a suite that the BMC refuses is told, and the next one tried only when allowed") {
    RoomRig room("n[1-2]", "127.20.1.91", "suites = [3]");
    Rig rig(config_for({bmc("n1", "127.20.1.91", group_with({17})),
                        bmc("n2", "127.20.1.92", group_with({17, 3}))}));
    rig.start();
    const auto refused = [](const Seen& s) { return s.device == "n1" && failed(s); };
    const Seen seen = rig.next(refused);
    CHECK(seen.failure->fault == Fault::refused);
    CHECK(seen.failure->text.find("cipher suite 17") != std::string::npos);
    CHECK(rig.until([&] {
        return rig.collector.last([](const Seen& s) { return s.device == "n2" && has_power(s); });
    }));
}
