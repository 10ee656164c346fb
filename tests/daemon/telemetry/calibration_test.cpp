#include <doctest/doctest.h>

#include "daemon/telemetry/device_energy.h"
#include "daemon/telemetry/fleet.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_unix_ms(1'800'000'000'000);
const PowerSource node{"n1"}, pdu{"a"}, outlet{"a", Part::outlet, "1"};

Calibration times(double factor) {
    Calibration calibration;
    calibration.factor = factor;
    calibration.by = "clamp; meter";
    calibration.author = "uid 0 (root)";
    calibration.at = start;
    return calibration;
}

struct Site {
    Fleet fleet{60s};
    WallTime now = start;

    Site() {
        fleet.declare_node("n1");
        fleet.declare_device(DeviceKind::pdu, "a", "", {{"1", "n2"}});
    }
    void bmc(double watts) {
        const Reading reading{.quantity = Quantity::power_watts, .value = watts};
        fleet.take({.device = "n1",
                    .source = "dcmi",
                    .at = now,
                    .chassis = Chassis::on,
                    .readings = {&reading, 1}});
    }
    void power_of_pdu(double total, double first, double joules) {
        const Reading readings[] = {{Quantity::power_watts, Part::total, {}, total},
                                    {Quantity::energy_joules, Part::total, {}, joules},
                                    {Quantity::power_watts, Part::outlet, "1", first},
                                    {Quantity::current_amperes, Part::outlet, "1", 2}};
        fleet.take({.kind = DeviceKind::pdu,
                    .device = "a",
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
    Measurement part(Quantity quantity, Part part) const {
        const auto shown = picture();
        for (const auto& one : shown.devices.at("a").parts)
            if (one.quantity == quantity && one.part == part) return one.measured;
        return {};
    }
};

}  // namespace

TEST_CASE("a calibrated node counts by its factor, and is stored as its BMC said it") {
    Site site;
    site.fleet.calibrate(node, times(1.1));
    for (int i = 0; i < 7; ++i) {
        site.bmc(300);
        site.now += 10s;
    }
    const auto shown = site.picture().nodes.at("n1");
    CHECK(shown.power->value == doctest::Approx(330));
    CHECK(shown.energy_total->value == doctest::Approx(330 * 60));
    CHECK(site.fleet.state("n1", site.now).power->value == doctest::Approx(330));
    for (const auto& stored : site.fleet.take_accepted()) CHECK(stored.value == 300);
    CHECK(site.fleet.raw_power(node, site.now)->value == doctest::Approx(300));
    const auto epoch = shown.power_epoch;
    site.fleet.calibrate(node, std::nullopt);
    site.bmc(300);
    CHECK(site.picture().nodes.at("n1").power->value == 300);
    CHECK(site.picture().nodes.at("n1").power_epoch == epoch + 1);
}

TEST_CASE("parts of a PDU have factors of their own; currents and counters stay as they are") {
    Site site;
    site.fleet.calibrate(outlet, times(0.9));
    site.fleet.calibrate(pdu, times(1.02));
    site.power_of_pdu(1000, 400, 7.2e6);
    CHECK(site.part(Quantity::power_watts, Part::outlet).value == doctest::Approx(360));
    CHECK(site.part(Quantity::power_watts, Part::total).value == doctest::Approx(1020));
    CHECK(site.part(Quantity::current_amperes, Part::outlet).value == 2);
    CHECK(site.part(Quantity::energy_joules, Part::total).value == 7.2e6);
    CHECK(site.part(Quantity::energy_joules, Part::total).factor == 1.02);
    CHECK(site.picture().nodes.at("n2").power->value == doctest::Approx(360));
    CHECK(site.fleet.raw_power(outlet, site.now)->value == doctest::Approx(400));
}

TEST_CASE("the energy of a calibrated PDU is the growth of its counter by the factor") {
    Site site;
    DeviceEnergy energy;
    site.power_of_pdu(1000, 400, 9e9);
    energy.look(site.picture());
    site.fleet.calibrate(pdu, times(1.5));  // in the midst: what was counted before stays
    for (int i = 1; i <= 360; ++i) {
        site.now += 10s;
        site.power_of_pdu(1000, 400, 9e9 + i * 10'000.0);
        CHECK(energy.look(site.picture()).empty());
    }
    CHECK(energy.of("pdu a")->value == doctest::Approx(1500.0 * 3600));
}

TEST_CASE("what has no power, or none that is believed, cannot be measured beside") {
    Site site;
    const auto fault = [&](const PowerSource& source) {
        const auto power = site.fleet.raw_power(source, site.now);
        REQUIRE_FALSE(power);
        return power.error().fault;
    };
    CHECK(fault({"nobody"}) == Fault::invalid);
    CHECK(fault({"n2"}) == Fault::invalid);  // no BMC: its outlet is to be calibrated
    CHECK(fault(pdu) == Fault::invalid);     // has not answered yet
    CHECK(fault({"n1", Part::outlet, "1"}) == Fault::invalid);
    CHECK(fault(node) == Fault::unavailable);
    site.power_of_pdu(1000, 400, 0);
    CHECK(site.fleet.raw_power(pdu, site.now));
    site.now += 61s;
    CHECK(fault(pdu) == Fault::unavailable);
}

TEST_CASE("calibrations are kept as texts, and what cannot be read is left out") {
    Calibrations before;
    before.set(outlet, times(1.057));
    before.set(node, times(0.98));
    std::vector<std::pair<std::string, std::string>> kept{{"a:", "1;1;1;1;x;y"}, {"b", "garbage"}};
    for (const auto& [source, calibration] : before.list())
        kept.emplace_back(to_string(source), Calibrations::text_of(calibration));
    Calibrations after;
    after.load(kept);
    REQUIRE(after.list().size() == 2);
    CHECK(after.factor("a", Part::outlet, "1") == 1.057);
    CHECK(after.factor("a", Part::outlet, "2") == 1);
    CHECK(after.factor("a", Part::total, {}) == 1);
    CHECK(after.list().front().second.by == "clamp; meter");
    CHECK(after.list().front().second.author == "uid 0 (root)");
    CHECK(after.list().front().second.at == start);
    after.drop(outlet);
    CHECK_FALSE(after.has(outlet));
    CHECK(after.has(node));
}
