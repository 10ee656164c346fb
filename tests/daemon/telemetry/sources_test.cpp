// Where a node's power comes from: its BMC, the outlets that feed it, an estimate.
#include <doctest/doctest.h>

#include "daemon/telemetry/estimate.h"
#include "daemon/telemetry/fleet.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_unix_ms(1'800'000'000'000);

struct Site {
    Fleet fleet{60s};
    WallTime now = start;

    Site() {
        fleet.declare_node("n1");
        fleet.declare_device(DeviceKind::pdu, "a", "", {{"1", "n1"}, {"2", "n2"}});
        fleet.declare_device(DeviceKind::pdu, "b", "", {{"1", "n1"}});
    }
    void bmc(double watts, Chassis chassis = Chassis::on, std::string_view source = "dcmi") {
        const Reading reading{.quantity = Quantity::power_watts, .value = watts};
        fleet.take({.device = "n1",
                    .source = source,
                    .at = now,
                    .chassis = chassis,
                    .readings = {&reading, 1}});
    }
    void pdu(const char* name, double first, double second = 0) {
        const Reading readings[] = {{Quantity::power_watts, Part::outlet, "1", first},
                                    {Quantity::power_watts, Part::outlet, "2", second}};
        fleet.take({.kind = DeviceKind::pdu,
                    .device = name,
                    .source = "snmp:apc",
                    .at = now,
                    .readings = readings});
    }
    Snapshot picture() const {
        Snapshot picture;
        picture.at.wall = now;
        fleet.describe(picture);
        return picture;
    }
    Measurement power(const char* node = "n1") const {
        return picture().nodes.at(node).power.value_or(Measurement{-1, {}, "none"});
    }
};

}  // namespace

TEST_CASE("a node without a good reading of its BMC has the power of all its outlets") {
    Site site;
    site.bmc(400);
    site.pdu("a", 210, 130);
    site.pdu("b", 190);
    CHECK(site.power().source == "dcmi");
    site.now += 50s;
    site.pdu("a", 215, 131);
    site.now += 20s;
    SUBCASE("the BMC is stale, one feed too: half a node is no measurement") {
        CHECK(site.power().source == "dcmi");
        CHECK(site.power().quality == Quality::stale);
        CHECK(site.picture().nodes_measured == 1);  // n2
    }
    SUBCASE("both feeds are fresh") {
        site.pdu("b", 195);
        CHECK(site.power().source == "pdu");
        CHECK(site.power().value == 410);
        CHECK(site.power().at == site.now - 20s);  // of the oldest
        CHECK(site.picture().nodes_measured == 2);
        site.bmc(405);
        CHECK(site.power().source == "dcmi");
    }
    SUBCASE("outlets of 0 W do not win over the last good reading of a running node") {
        site.bmc(0);
        site.pdu("a", 0);
        site.pdu("b", 0);
        CHECK(site.power().value == 400);
        CHECK(site.power().quality == Quality::stale);
    }
}

TEST_CASE("a node with outlets and no BMC is measured; a reload can take them away") {
    Site site;
    site.pdu("a", 10, 131);
    CHECK(site.power("n2").source == "pdu");
    CHECK(site.power("n2").value == 131);
    CHECK_FALSE(site.picture().nodes.at("n2").has_bmc);
    CHECK_FALSE(site.fleet.knows_node("n2"));
    site.fleet.keep_only({"n1"}, {"b"});
    CHECK_FALSE(site.picture().nodes.contains("n2"));
    CHECK(site.picture().nodes.contains("n1"));
}

TEST_CASE("a wrong 0 W or a sentinel never wins over a lower source") {
    Site site;
    for (const double wrong : {0.0, 65535.0, 40000.0, -3.0}) {
        CAPTURE(wrong);
        site.now += 90s;
        site.bmc(wrong);
        site.pdu("a", 200);
        site.pdu("b", 200);
        CHECK(site.power().source == "pdu");
        CHECK(site.power().value == 400);
    }
}

TEST_CASE("B9: no step in the energy when the source or the scale changes") {
    Site site;
    for (int i = 0; i < 100; ++i, site.now += 10s) site.bmc(300);
    const auto joules = [&site] { return site.picture().nodes.at("n1").energy_total->value; };
    const unsigned epoch = site.picture().nodes.at("n1").power_epoch;
    CHECK(joules() == doctest::Approx(300 * 990));
    for (int i = 0; i < 100; ++i, site.now += 10s) site.bmc(3000);
    CHECK(joules() == doctest::Approx(300 * 990));  // doubted: nobody knows which scale is right
    CHECK(site.power().quality == Quality::suspect);
    CHECK(site.picture().nodes_measured == 0);
    site.now += 1h;
    site.bmc(3000);
    CHECK(joules() == doctest::Approx(300 * 990));
    CHECK(site.picture().nodes.at("n1").power_epoch > epoch);
    site.now += 10s;
    site.bmc(3000);
    CHECK(joules() == doctest::Approx(300 * 990 + 3000 * 10));
    site.now += 10s;
    site.bmc(2900, Chassis::on, "sdr");
    CHECK(joules() == doctest::Approx(300 * 990 + 3000 * 10));
}

TEST_CASE("a suspect reading is stored apart, a reading that its source refuses not at all") {
    Site site;
    for (int i = 0; i < 100; ++i, site.now += 10s) site.bmc(300);
    site.fleet.take_accepted();
    for (int i = 0; i < 2; ++i, site.now += 10s) site.bmc(3000);
    for (const auto& reading : site.fleet.take_accepted()) CHECK(reading.source == "dcmi suspect");
    const Reading readings[] = {
        {.quantity = Quantity::power_watts, .value = 120, .refused = "deactivated"},
        {.quantity = Quantity::power_watts, .value = 120, .refused = "timestamp"}};
    site.fleet.take({.device = "n1", .source = "dcmi", .at = site.now, .readings = readings});
    CHECK(site.fleet.take_accepted().empty());
    CHECK(site.picture().counters.readings_rejected.at("deactivated") == 1);
    CHECK(site.picture().counters.readings_rejected.at("timestamp") == 1);
}

TEST_CASE("B8: a frozen total gives way to the PDU") {
    Site site;
    for (int minute = 0; minute < 60; ++minute, site.now += 1min) {
        site.bmc(300);
        site.pdu("a", minute < 20 ? 150 : 300);
        site.pdu("b", minute < 20 ? 150 : 300);
    }
    site.now -= 1min;
    CHECK(site.power().source == "pdu");
    CHECK(site.power().value == 600);
}

TEST_CASE("an estimate is the last resort, and no measurement") {
    struct Row {
        const char* says;
        Chassis chassis;
        std::optional<NodeBase> slurm;
        bool powered_down;
        double watts;  // -1: no estimate
    };
    const Row rows[] = {
        {"off", Chassis::off, NodeBase::idle, false, 10},
        {"suspended, and the BMC is silent", Chassis::unknown, NodeBase::idle, true, 10},
        {"suspended, but the chassis is on", Chassis::on, NodeBase::idle, true, 120},
        {"idle", Chassis::on, NodeBase::idle, false, 120},
        {"idle, and the BMC is silent", Chassis::unknown, NodeBase::idle, false, 120},
        {"allocated", Chassis::on, NodeBase::allocated, false, 700},
        {"a part of it is in use", Chassis::unknown, NodeBase::mixed, false, 700},
        {"on, and Slurm is silent", Chassis::on, std::nullopt, false, 700},
        {"down, and the BMC is silent", Chassis::unknown, NodeBase::down, false, -1},
        {"nobody says anything", Chassis::unknown, std::nullopt, false, -1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Snapshot picture;
        picture.at.wall = start;
        Node& node = picture.nodes["n1"];
        node.chassis = row.chassis;
        if (row.chassis != Chassis::unknown) node.chassis_at = start - 5s;
        auto view = std::make_shared<SchedulerView>();
        view->read_at.wall = start - 3s;
        picture.scheduler = view;
        if (row.slurm) {
            node.scheduler.emplace().base = *row.slurm;
            node.scheduler->powered_down = row.powered_down;
        }
        const PowerModels models{{"n1", {Watts{10}, Watts{120}, Watts{700}}}};
        estimate_unmeasured(picture, models, 60s);
        CHECK(node.power.value_or(Measurement{-1, {}, "none"}).value == row.watts);
        if (row.watts > 0) {
            CHECK(node.power->source == "model");
            CHECK(node.power->quality == Quality::estimated);
        }
        CHECK(picture.nodes_measured == 0);
        CHECK_FALSE(picture.cluster_power.has_value());
        for (const auto quality : {Quality::good, Quality::suspect, Quality::stale}) {
            const Measurement measured{300, start - 90s, "dcmi", quality};
            node.power = measured;
            estimate_unmeasured(picture, models, 60s);
            const bool replaced = quality == Quality::stale && row.watts > 0;
            CHECK(node.power->source == (replaced ? "model" : "dcmi"));
        }
    }
}

TEST_CASE("an old picture of Slurm estimates nothing") {
    Snapshot picture;
    picture.at.wall = start;
    picture.nodes["n1"].scheduler.emplace().base = NodeBase::idle;
    auto view = std::make_shared<SchedulerView>();
    view->read_at.wall = start - 61s;
    picture.scheduler = view;
    estimate_unmeasured(picture, {{"n1", {}}}, 60s);
    CHECK_FALSE(picture.nodes.at("n1").power.has_value());
}
