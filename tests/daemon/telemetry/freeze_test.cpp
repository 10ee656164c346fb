#include "daemon/telemetry/freeze.h"

#include <doctest/doctest.h>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

PartMeasurement sensor(Quantity quantity, Part part, const char* name, double value, WallTime at) {
    return {quantity, part, name, {value, at, "sdr", Quality::good}};
}

}  // namespace

TEST_CASE("B8: repetition alone is honest; repetition while the load moves is not") {
    struct Row {
        const char* says;
        Chassis chassis;
        double watts_step;  // of the total, per minute
        PartMeasurement other;
        double from, to;  // of the other
        double pdu_to;    // from 200 W
        bool frozen;
    };
    const auto cpu = sensor(Quantity::temperature_celsius, Part::sensor, "CPU1 Temp", 0, {});
    const auto inlet = sensor(Quantity::temperature_celsius, Part::sensor, "Inlet", 0, {});
    const auto watts = sensor(Quantity::power_watts, Part::sensor, "CPU Power", 0, {});
    const auto supply = sensor(Quantity::power_watts, Part::psu, "PSU1", 0, {});
    const Row rows[] = {
        {"an idle node", Chassis::on, 0, cpu, 40, 43, 205, false},
        {"its CPU gets hot", Chassis::on, 0, cpu, 40, 75, 205, true},
        {"its room gets hot", Chassis::on, 0, inlet, 20, 45, 205, false},
        {"its CPUs draw more", Chassis::on, 0, watts, 60, 160, 205, true},
        {"one supply takes over from the other", Chassis::on, 0, supply, 60, 160, 205, false},
        {"its outlets give more", Chassis::on, 0, cpu, 40, 43, 420, true},
        {"the total moves too", Chassis::on, 1, cpu, 40, 75, 420, false},
        {"a node that is off", Chassis::off, 0, cpu, 20, 60, 420, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Freeze freeze;
        WallTime at = from_unix_ms(1'800'000'000'000);
        for (int minute = 0; minute <= 60; ++minute, at += 1min) {
            freeze.total(200 + row.watts_step * minute, at, row.chassis);
            auto other = row.other;
            other.measured.value = minute < 30 ? row.from : row.to;
            other.measured.at = at;
            freeze.part(3, other);
            freeze.pdu_share(minute < 30 ? 200 : row.pdu_to, at);
        }
        CHECK(freeze.frozen() == row.frozen);
        freeze.total(333, at, row.chassis);
        CHECK_FALSE(freeze.frozen());
    }
}

TEST_CASE("a CPU that gets hot after a step of the watts proves nothing") {
    Freeze freeze;
    const WallTime begin = from_unix_ms(1'800'000'000'000);
    for (int minute = 0; minute <= 60; ++minute) {
        const WallTime at = begin + minute * 1min;
        freeze.total(400, at, Chassis::on);
        const double celsius = std::min(40 + 10.0 * minute, 75.0);
        freeze.part(0, sensor(Quantity::temperature_celsius, Part::sensor, "CPU1", celsius, at));
    }
    CHECK_FALSE(freeze.frozen());
}
