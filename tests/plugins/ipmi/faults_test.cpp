#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>

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

std::shared_ptr<ipmi::Group> only_power() {
    auto group = group_with();
    group->sensors = false;
    return group;
}

}  // namespace

TEST_CASE("B1: an address where nobody answers is a timeout with the remedy; others are read on") {
    RoomRig room("n1", "127.20.2.1");
    auto group = only_power();
    Rig rig(config_for({bmc("n1", "127.20.2.1", group), bmc("n2", "127.20.2.200", group)}));
    rig.start();
    const Seen seen = rig.next(failed);
    CHECK(seen.device == "n2");
    CHECK(seen.failure->fault == Fault::timeout);
    CHECK(seen.failure->text.find("127.20.2.200") != std::string::npos);
    CHECK(seen.failure->text.find("IPMI over LAN") != std::string::npos);
    CHECK(seen.chassis == Chassis::unknown);
    rig.next([](const Seen& s) { return s.device == "n1" && has_power(s); });
}

TEST_CASE("B1: of 100 BMCs 1, 10, 50 go silent: the others are read as often as before") {
    RoomRig room("n[1-100]", "127.20.9.1");
    auto group = only_power();
    std::vector<ipmi::BmcConfig> bmcs;
    for (int i = 1; i <= 100; ++i)
        bmcs.push_back(bmc(fmt::format("n{}", i), fmt::format("127.20.9.{}", i), group));
    Rig rig(config_for(bmcs));
    rig.start();
    rig.until([&] { return rig.collector.seen.size() > 300; });
    for (const int dead : {1, 10, 50}) {
        CAPTURE(dead);
        room.tell(fmt::format("fault n[1-{}] dead", dead));
        rig.until([] { return false; }, 1s);
        rig.collector.seen.clear();
        rig.until([] { return false; }, 2s);
        // 10 intervals of 200 ms; one may fall outside, and this machine may be busy.
        std::map<std::string, int> readings;
        for (const Seen& seen : rig.collector.seen)
            if (has_power(seen)) ++readings[seen.device];
        CHECK(static_cast<int>(readings.size()) == 100 - dead);
        for (const auto& [node, count] : readings) CHECK_MESSAGE(count >= 7, node);
        CHECK_FALSE(readings.contains("n1"));
    }
    room.tell("clear all");
    CHECK(rig.until(
        [&] {
            return rig.collector.last([](const Seen& seen) {
                return seen.device == "n1" && has_power(seen);
            }) != nullptr;
        },
        60s));
}

TEST_CASE("a name without an address is told as such") {
    auto group = only_power();
    Rig rig(config_for({bmc("n1", "no-such-bmc.invalid", group)}));
    rig.start();
    const Seen seen = rig.next(failed, 30s);
    CHECK(seen.failure->fault == Fault::unavailable);
    CHECK(seen.failure->text.find("no-such-bmc.invalid") != std::string::npos);
}

TEST_CASE("two names of one BMC are not two nodes") {
    RoomRig room("n1", "127.0.0.1");
    auto group = only_power();
    Rig rig(config_for({bmc("n1", "127.0.0.1", group), bmc("n2", "localhost", group)}));
    rig.start();
    const Seen seen = rig.next(failed, 30s);
    CHECK(seen.failure->fault == Fault::invalid);
    CHECK(seen.failure->text.find("another node's BMC") != std::string::npos);
}

TEST_CASE("B2: a BMC of seconds is read, slowly, with one command at a time") {
    RoomRig room("n1", "127.20.2.21");
    room.tell("fault n1 delay 700");  // longer than three attempts of 100 ms
    Rig rig(config_for({bmc("n1", "127.20.2.21", only_power())}));
    rig.start();
    rig.next(has_power, 60s);
}

TEST_CASE("B3: lost, duplicated and reordered answers end in the right node's readings") {
    RoomRig room("n[1-8]", "127.20.2.31");
    std::vector<ipmi::BmcConfig> bmcs;
    auto group = only_power();
    group->interval = group->chassis_interval = 50ms;
    for (int i = 1; i <= 8; ++i) {
        const std::string node = fmt::format("n{}", i);
        bmcs.push_back(bmc(node, fmt::format("127.20.2.3{}", i), group));
        room.tell(fmt::format("watts {} {}", node, 100 + i));
    }
    Rig rig(config_for(bmcs));
    rig.start();
    rig.until([&] { return rig.collector.seen.size() > 40; });
    room.tell("fault all loss 10");
    room.tell("fault all duplicate");
    room.tell("fault all reorder 20");
    rig.collector.seen.clear();
    CHECK(rig.until([&] { return rig.collector.seen.size() > 400; }, 60s));
    std::size_t readings = 0;
    for (const Seen& seen : rig.collector.seen) {
        if (!has_power(seen)) continue;
        ++readings;
        REQUIRE(*seen.power() == 100 + std::stoi(seen.device.substr(1)));
    }
    CHECK(readings > 300);
    CHECK(rig.module->counters().foreign > 0);
    CHECK(rig.module->counters().retransmitted > 0);
}

TEST_CASE("B4: answers with a wrong HMAC are never believed, three in a row end the session") {
    RoomRig room("n1", "127.20.2.41");
    room.tell("watts n1 300");
    Rig rig(config_for({bmc("n1", "127.20.2.41", only_power())}));
    rig.start();
    rig.next(has_power);
    room.tell("fault n1 wrong_hmac");
    room.tell("watts n1 999");
    const Seen seen = rig.next(failed);
    CHECK(seen.failure->fault == Fault::unparsable);
    CHECK(rig.module->counters().forged >= 3);
    for (int i = 0; i < 3; ++i) rig.next(failed);
    for (const Seen& each : rig.collector.seen) CHECK(each.power() != 999);
    room.tell("clear n1");
    CHECK(rig.next(has_power, 40s).power() == 999);
}

TEST_CASE("garbage from elsewhere changes nothing") {
    RoomRig room("n1", "127.20.2.51");
    room.tell("watts n1 300");
    Rig rig(config_for({bmc("n1", "127.20.2.51", only_power())}));
    rig.start();
    rig.next(has_power);
    asio::ip::udp::socket rogue(rig.loop, {asio::ip::make_address("127.20.2.99"), 0});
    std::mt19937 random(3);
    for (int i = 0; i < 500; ++i) {
        std::array<std::uint8_t, 300> bytes{};
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        bytes[0] = 6;
        bytes[3] = 7;
        bytes[4] = 6;
        rogue.send_to(asio::buffer(bytes.data(), 1 + random() % bytes.size()),
                      {asio::ip::make_address("127.0.0.1"), rig.module->local_port()});
    }
    rig.collector.seen.clear();
    for (int i = 0; i < 5; ++i) CHECK(rig.next(has_power).power() == 300);
    CHECK(rig.module->counters().strangers > 0);
    CHECK_FALSE(rig.collector.last(failed));
}

TEST_CASE("B6: no free session slot is told, and asked again a minute later only") {
    RoomRig room("n1", "127.20.2.61");
    room.tell("fault n1 no_session");
    auto config = config_for({bmc("n1", "127.20.2.61", only_power())});
    config.network.refusal_hold = 60s;
    Rig rig(config);
    rig.start();
    const Seen seen = rig.next(failed);
    CHECK(seen.failure->fault == Fault::refused);
    CHECK(seen.failure->text.find("session slot") != std::string::npos);
    const auto sent = rig.module->counters().sent;
    const auto refused = rig.run(rig.actuator().chassis("n1"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text == seen.failure->text);
    CHECK_FALSE(rig.until([&] { return rig.module->counters().sent != sent; }, 3s));
}

TEST_CASE("B8: a power that the BMC itself does not vouch for is reported as refused, with why") {
    RoomRig room("n1", "127.20.2.65", "noise_percent = 0");
    room.tell("watts n1 300");
    Rig rig(config_for({bmc("n1", "127.20.2.65", group_with())}));
    rig.start();
    rig.next([](const Seen& seen) { return has_power(seen) && seen.source == "dcmi"; });
    const std::pair<const char*, const char*> rows[] = {{"dcmi_inactive", "deactivated"},
                                                        {"dcmi_watts 0", "zero_while_on"},
                                                        {"dcmi_watts 65535", "sentinel"}};
    for (const auto& [fault, why] : rows) {
        CAPTURE(fault);
        room.tell("clear n1");
        room.tell("power n1 cycle");  // on news the better place is asked again
        room.tell(std::string("fault n1 ") + fault);
        const Seen seen = rig.next([](const Seen& s) { return !s.refused.empty(); }, 30s);
        CHECK(seen.refused.front() == why);
        const Seen other = rig.next([](const Seen& s) { return has_power(s); }, 30s);
        CHECK(other.source == "sdr");
        CHECK(other.scale != 0);
    }
}

TEST_CASE("B7: after a restart of the BMCs the session is opened anew") {
    RoomRig room("n1", "127.20.2.71");
    Rig rig(config_for({bmc("n1", "127.20.2.71", group_with())}));
    rig.start();
    rig.next(has_power);
    room.program().kill();
    CHECK(rig.next(failed).failure->fault == Fault::timeout);
    room.restart();
    room.tell("watts n1 432");
    CHECK(rig.next(has_power, 60s).power() == 432);
}

TEST_CASE("B7: a power cycle without an answer is sent once") {
    RoomRig room("n1", "127.20.2.81");
    Rig rig(config_for({bmc("n1", "127.20.2.81", only_power())}));
    REQUIRE(rig.run(rig.actuator().chassis("n1")).has_value());
    int packets = 0;
    const auto mute_then_count = [&] {
        room.tell("fault n1 mute");
        ++packets;
        return true;
    };
    const auto result = rig.run(rig.actuator().power("n1", PowerCommand::cycle, mute_then_count));
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == Fault::timeout);
    CHECK(result.error().text.find("unknown") != std::string::npos);
    CHECK(packets == 1);
}
