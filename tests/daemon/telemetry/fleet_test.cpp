#include "daemon/telemetry/fleet.h"

#include <doctest/doctest.h>

#include <limits>

#include "daemon/telemetry/quality.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_unix_ms(1'800'000'000'000);

Observation power_reading(const Reading& reading, WallTime at, Chassis chassis = Chassis::on) {
    Observation seen;
    seen.device = "n1";
    seen.source = "dcmi";
    seen.at = at;
    seen.chassis = chassis;
    seen.readings = {&reading, 1};
    return seen;
}

Snapshot describe(const Fleet& fleet, WallTime at) {
    Snapshot picture;
    picture.at.wall = at;
    fleet.describe(picture);
    return picture;
}

Reading watts(double value) { return {Quantity::power_watts, Part::total, {}, value}; }

}  // namespace

TEST_CASE("what cannot be true is rejected with a reason") {
    struct Row {
        const char* says;
        Reading reading;
        DeviceKind kind;
        Chassis chassis;
        const char* reason;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Row rows[] = {
        {"a running node", watts(250), DeviceKind::node, Chassis::on, ""},
        {"a sleeping node", watts(8), DeviceKind::node, Chassis::off, ""},
        {"a sleeping node may show nothing", watts(0), DeviceKind::node, Chassis::off, ""},
        {"a running one not", watts(0), DeviceKind::node, Chassis::on, "zero_while_on"},
        {"all ones", watts(65535), DeviceKind::node, Chassis::on, "sentinel"},
        {"65,535 W of a PDU are possible", watts(65535), DeviceKind::pdu, Chassis::unknown, ""},
        {"no node draws 40 kW", watts(40e3), DeviceKind::node, Chassis::on, "absurd"},
        {"less than nothing", watts(-1), DeviceKind::node, Chassis::on, "negative"},
        {"a meter may feed back", watts(-500), DeviceKind::meter, Chassis::unknown, ""},
        {"no number", watts(nan), DeviceKind::node, Chassis::on, "not_a_number"},
        {"hotter than solder",
         {Quantity::temperature_celsius, Part::sensor, "CPU", 255},
         DeviceKind::node,
         Chassis::on,
         "absurd"},
        {"colder than the pole",
         {Quantity::temperature_celsius, Part::sensor, "CPU", -128},
         DeviceKind::node,
         Chassis::on,
         "absurd"},
        {"an idle supply gives 0 W",
         {Quantity::power_watts, Part::psu, "PSU2", 0},
         DeviceKind::node,
         Chassis::on,
         ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto reason = reject_reason(row.reading, row.kind, row.chassis);
        CHECK(reason.value_or("") == row.reason);
    }
}

TEST_CASE("a rejected reading leaves the last good one with its age, and is counted") {
    Fleet fleet{60s};
    fleet.declare_node("n1");
    const Reading good = watts(200), bad = watts(65535);
    fleet.take(power_reading(good, start));
    fleet.take(power_reading(bad, start + 10s));
    auto picture = describe(fleet, start + 10s);
    CHECK(picture.nodes.at("n1").power->value == 200);
    CHECK(picture.nodes.at("n1").power->at == start);
    CHECK(picture.counters.readings_rejected.at("sentinel") == 1);
    CHECK(picture.cluster_power->value == 200);
    picture = describe(fleet, start + 61s);
    CHECK(picture.nodes.at("n1").power->quality == Quality::stale);
    CHECK_FALSE(picture.cluster_power.has_value());
}

TEST_CASE("no answer is neither 0 W nor off") {
    Fleet fleet{60s};
    fleet.declare_node("n1");
    CHECK(describe(fleet, start).nodes.at("n1").chassis == Chassis::unknown);
    CHECK_FALSE(describe(fleet, start).nodes.at("n1").power.has_value());
    const Reading good = watts(200);
    fleet.take(power_reading(good, start));
    const Error silent{Fault::timeout, "n1: the BMC does not answer"};
    Observation failed;
    failed.device = "n1";
    failed.at = start + 10s;
    failed.failure = &silent;
    fleet.take(failed);
    const auto soon = describe(fleet, start + 10s);
    CHECK(soon.nodes.at("n1").chassis == Chassis::on);
    CHECK_FALSE(soon.nodes.at("n1").reachable);
    CHECK(soon.nodes.at("n1").failure == silent.text);
    CHECK(describe(fleet, start + 2min).nodes.at("n1").chassis == Chassis::unknown);
    CHECK(fleet.rounds("n1") == 1);
    fleet.take(failed);
    auto reach = fleet.take_reach_changes();
    REQUIRE(reach.size() == 1);  // a failure that stays is told once
    CHECK(reach[0].failure == silent.text);
    fleet.take(power_reading(good, start + 3min));
    reach = fleet.take_reach_changes();
    REQUIRE(reach.size() == 1);
    CHECK(reach[0].failure.empty());
}

TEST_CASE("energy is integrated over true times, and a gap adds nothing") {
    Fleet fleet{60s};
    fleet.declare_node("n1");
    const Reading low = watts(100), high = watts(300);
    fleet.take(power_reading(low, start));
    CHECK_FALSE(describe(fleet, start).nodes.at("n1").energy_total.has_value());
    fleet.take(power_reading(high, start + 10s));
    CHECK(describe(fleet, start).nodes.at("n1").energy_total->value == doctest::Approx(2000));
    fleet.take(power_reading(high, start + 1h));
    CHECK(describe(fleet, start).nodes.at("n1").energy_total->value == doctest::Approx(2000));
    fleet.take(power_reading(high, start + 1h + 1s));
    fleet.take(power_reading(high, start + 1h - 10s));
    CHECK(describe(fleet, start).nodes.at("n1").energy_total->value == doctest::Approx(2300));
}

TEST_CASE("changes of the chassis are told once") {
    Fleet fleet{60s};
    fleet.declare_node("n1");
    const Reading reading = watts(8);
    fleet.take(power_reading(reading, start, Chassis::on));
    fleet.take(power_reading(reading, start + 1s, Chassis::unknown));
    fleet.take(power_reading(reading, start + 2s, Chassis::off));
    const auto changes = fleet.take_changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].before == Chassis::on);
    CHECK(changes[0].now == Chassis::off);
    CHECK(fleet.take_changes().empty());
}

TEST_CASE("outlets and lines of a PDU keep their own names; strangers are ignored") {
    Fleet fleet{60s};
    fleet.declare_device(DeviceKind::pdu, "pdu1", "apc-rpdu2", {{"1", "n1"}});
    const Reading readings[] = {{Quantity::power_watts, Part::outlet, "1", 120},
                                {Quantity::power_watts, Part::outlet, "2", 130},
                                {Quantity::current_amperes, Part::line, "1", 4.5}};
    Observation seen;
    seen.kind = DeviceKind::pdu;
    seen.device = "pdu1";
    seen.at = start;
    seen.readings = readings;
    fleet.take(seen);
    fleet.take(seen);
    seen.device = "stranger";
    fleet.take(seen);
    const auto picture = describe(fleet, start);
    REQUIRE(picture.devices.size() == 1);
    CHECK(picture.devices.at("pdu1").parts.size() == 3);
    CHECK(picture.devices.at("pdu1").outlet_nodes.at("1") == "n1");
    CHECK(fleet.take_accepted().size() == 6);
}

TEST_CASE("a reload forgets what is no longer configured") {
    Fleet fleet{60s};
    fleet.declare_node("n1");
    fleet.declare_node("n2");
    fleet.keep_only({"n2"}, {});
    CHECK_FALSE(fleet.knows_node("n1"));
    CHECK(fleet.knows_node("n2"));
}

TEST_CASE("voltages and energy counters, which are read less often, are good for three minutes") {
    Fleet fleet{60s};
    fleet.declare_device(DeviceKind::pdu, "p", "", {});
    const Reading readings[] = {{Quantity::power_watts, Part::total, {}, 900},
                                {Quantity::energy_joules, Part::total, {}, 9e9},
                                {Quantity::voltage_volts, Part::line, "L1", 231}};
    fleet.take({.kind = DeviceKind::pdu,
                .device = "p",
                .source = "snmp:apc",
                .at = start,
                .readings = readings});
    struct Row {
        std::chrono::seconds later;
        Quality watts, slow;
    };
    for (const Row& row : {Row{60s, Quality::good, Quality::good},
                           {61s, Quality::stale, Quality::good},
                           {180s, Quality::stale, Quality::good},
                           {181s, Quality::stale, Quality::stale}}) {
        CAPTURE(row.later.count());
        const auto picture = describe(fleet, start + row.later);
        const auto& parts = picture.devices.at("p").parts;
        CHECK(parts[0].measured.quality == row.watts);
        CHECK(parts[1].measured.quality == row.slow);
        CHECK(parts[2].measured.quality == row.slow);
    }
}
