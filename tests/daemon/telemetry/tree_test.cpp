#include <doctest/doctest.h>

#include "daemon/telemetry/tree.h"

using namespace frugald;

namespace {

constexpr auto watts = Quantity::power_watts;
constexpr auto amperes = Quantity::current_amperes;

Snapshot room(const std::map<std::string, double>& nodes) {
    Snapshot now;
    for (const auto& [name, power] : nodes) {
        now.nodes[name].name = name;
        now.nodes[name].power = Measurement{power, {}, "dcmi"};
    }
    return now;
}

void pdu(Snapshot& now, const std::string& name, std::vector<PartMeasurement> parts) {
    now.devices[name].name = name;
    now.devices[name].parts = std::move(parts);
}

PartMeasurement part(Quantity quantity, Part which, const std::string& name, double value,
                     Quality quality = Quality::good) {
    return {quantity, which, name, {value, {}, "snmp:x", quality}};
}

/// A pair of feeds of three phases under one row; n1 and n2 have both cords, n3 only that of B.
PowerTree pair() {
    PowerFeed row{"row"}, a{"a", "row"}, b{"b", "row"};
    row.nodes = b.nodes = {"n1", "n2", "n3"};
    a.nodes = {"n1", "n2"};
    a.meter.device = "pdu-a";
    b.meter.device = "pdu-b";
    a.redundant_with = "b";
    b.redundant_with = "a";
    for (auto* feed : {&a, &b}) {
        feed->rating_amperes = 16;
        feed->volts = 400;
        feed->phases = 3;
        feed->derating = 0.8;
    }
    return {row, a, b};
}

}  // namespace

TEST_CASE("a pair of feeds: what is left with both, and with one lost") {
    auto now = room({{"n1", 400}, {"n2", 600}, {"n3", 500}});
    pdu(now, "pdu-a",
        {part(watts, Part::total, "", 500), part(amperes, Part::line, "L1", 2),
         part(amperes, Part::line, "L2", 1)});
    pdu(now, "pdu-b",
        {part(watts, Part::total, "", 1000), part(amperes, Part::line, "L1", 3),
         part(amperes, Part::line, "L2", 4)});
    const auto tree = measure_tree(pair(), now);
    const auto &row = tree.levels[0], &a = tree.levels[1], &b = tree.levels[2];
    CHECK(row.used->value == 1500);
    CHECK(row.children.percent() == 100u);
    CHECK(a.rating->value == doctest::Approx(11085).epsilon(0.001));
    CHECK(a.limit->value == doctest::Approx(8868).epsilon(0.001));
    CHECK(a.headroom->value == doctest::Approx(8368).epsilon(0.001));
    CHECK(*a.headroom_amperes == doctest::Approx(12.8 - 2));
    // B is lost: its load comes, but n3 goes dark.
    CHECK(a.headroom_one_lost->value == doctest::Approx(8868 - 500 - 500).epsilon(0.001));
    CHECK(*a.headroom_one_lost_amperes == doctest::Approx(12.8 - (2 + 3 * 0.5)));
    CHECK(*b.headroom_one_lost_amperes == doctest::Approx(12.8 - (4 + 1)));

    SUBCASE("a line that is too old makes the currents unknown, not the watts") {
        now.devices["pdu-b"].parts[2].measured.quality = Quality::stale;
        const auto later = measure_tree(pair(), now);
        CHECK_FALSE(later.levels[2].headroom_amperes);
        CHECK_FALSE(later.levels[1].headroom_one_lost_amperes);
        CHECK(later.levels[2].headroom);
    }
    SUBCASE("a silent PDU is unknown; what is below it stands in where all of it is known") {
        now.devices["pdu-b"].parts.clear();
        const auto later = measure_tree(pair(), now);
        CHECK_FALSE(later.levels[2].measured);
        CHECK(later.levels[2].used->value == 1500);  // its nodes, in full
        CHECK(later.levels[0].used->value == 1500);  // each node once
        now.nodes["n3"].power->quality = Quality::stale;
        const auto blind = measure_tree(pair(), now);
        CHECK_FALSE(blind.levels[2].used);
        CHECK_FALSE(blind.levels[2].headroom);
        CHECK_FALSE(blind.levels[1].headroom_one_lost);
        CHECK(blind.levels[2].nodes.percent() == 66u);
    }
}

TEST_CASE("a PDU without a total has the sum of its lines") {
    Snapshot now;
    pdu(now, "delta",
        {part(watts, Part::line, "L1", 1000), part(watts, Part::line, "L2", 1500),
         part(watts, Part::outlet, "1", 7)});
    const FeedMeter meter{"delta"};
    CHECK(measured_power(meter, now)->value == 2500);
    now.devices["delta"].parts[0].measured.quality = Quality::stale;
    CHECK_FALSE(measured_power(meter, now));
}

TEST_CASE("a chassis of four nodes behind one outlet, and what hangs beside it") {
    auto now = room({{"n1", 100}, {"n2", 100}, {"n3", 100}, {"n4", 100}, {"n5", 70}});
    pdu(now, "p", {part(watts, Part::outlet, "3", 450)});
    PowerFeed rack{"rack"}, chassis{"chassis", "rack"};
    chassis.kind = "chassis";
    chassis.meter = {"p", Part::outlet, "3"};
    chassis.nodes = {"n1", "n2", "n3", "n4"};
    rack.nodes = {"n1", "n2", "n3", "n4", "n5"};
    const auto tree = measure_tree({rack, chassis}, now);
    CHECK(tree.levels[1].measured_by == "outlet p:3");
    CHECK(tree.levels[1].measured->value == 450);
    CHECK(tree.levels[1].nodes.watts.value == 400);
    CHECK(tree.levels[0].used->value == 520);
    CHECK_FALSE(tree.levels[0].measured);
}
