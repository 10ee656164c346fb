#include "tests/daemon/telemetry/replay.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace frugald;

namespace {

/// Alone between two readings that agree with each other.
bool stands_out(const test::ReplayResult::Refusal& refusal) {
    const double beside = std::isnan(refusal.before) ? refusal.after : refusal.before;
    return refusal.value > 4 * beside || refusal.value == 2555;
}

}  // namespace

// All 1,724 files, all sensors with a unit: 7 s of CPU.
TEST_CASE("B8: a real day of 1,724 BMCs: every false reading is refused, no true one is lost") {
    const auto archive = test::recorded_day();
    if (archive.empty()) {
        MESSAGE("SKIPPED: no shared/traces/fasrc_ipmi_2025-06-03.tar.xz, or no xz");
        return;
    }
    const auto day = test::replay(archive, 1);
    CHECK(day.files == 1724);
    CHECK(day.readings == 3'943'601);
    CHECK(day.power_readings == 782'931);
    CHECK(day.refused.size() == day.readings - day.accepted);
    CHECK(day.reasons == std::map<std::string, std::uint64_t>{{"jump", 890}, {"sentinel", 44}});
    CHECK(day.waiting == std::map<std::string, std::uint64_t>{{"PSU Power", 11}});
    const auto times = [&day](std::string_view sensor, double watts) {
        return std::ranges::count_if(day.refused, [&](const auto& refusal) {
            return refusal.sensor == sensor && refusal.value == watts;
        });
    };
    CHECK(times("Chassis Power", 25550) == 22);
    CHECK(times("Chassis Power", 25450) == 10);
    CHECK(times("PSU Power", 2555) == 12);
    for (const auto& refusal : day.refused) {
        CAPTURE(refusal.node);
        CAPTURE(refusal.sensor);
        CAPTURE(refusal.value);
        CHECK((refusal.sensor == "Chassis Power" || refusal.sensor == "PSU Power"));
        const bool in_a_row = refusal.value == refusal.before || refusal.value == refusal.after;
        CHECK((stands_out(refusal) || in_a_row));
    }
    const auto highest = [&day](const char* sensor) {
        return day.accepted_watts.at(sensor).rbegin()->first;
    };
    CHECK(highest("Sys Power") == 430);  // six nodes boot; all of their readings are there
    CHECK(highest("Chassis Power") == 2350);
    CHECK(highest("PSU Power") == 2205);
    CHECK(day.accepted_watts.at("PSU1 AC In Pwr").at(255) == 332);  // true ones
}
