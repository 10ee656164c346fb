#include "tests/bench/fleet_readings.h"

#include <fmt/format.h>

#include <cmath>

namespace frugald::bench {

using test::FleetSamples;

FleetReadings::FleetReadings(unsigned nodes, WallTime first)
    : fleet_(nodes, 2022, to_unix_ms(first)) {
    for (unsigned node = 0; node < nodes; ++node) names_.push_back(fmt::format("node{:05}", node));
    for (const auto& sensor : FleetSamples::sensors)
        factors_.push_back(std::pow(10, -sensor.scale_e10));
}

const std::vector<Sample>& FleetReadings::next() {
    const auto& polls = fleet_.next_round();
    readings_.clear();
    for (std::size_t node = 0; node < polls.size(); ++node) {
        if (!polls[node].answered) continue;
        for (unsigned i = 0; i < FleetSamples::sensor_count; ++i)
            readings_.push_back(
                {.at = from_unix_ms(fleet_.at_ms() + polls[node].offset_ms),
                 .kind = DeviceKind::node,
                 .device = names_[node],
                 .quantity = FleetSamples::sensors[i].quantity,
                 .part = Part::sensor,
                 .part_name = FleetSamples::sensors[i].name,
                 .source = "sdr",
                 .value = static_cast<double>(*polls[node].values[i]) / factors_[i]});
    }
    return readings_;
}

void say_skipped(const char* benchmark, const char* package) {
    fmt::print(stderr, "frugald-bench: {}: skipped: package {} is not installed\n", benchmark,
               package);
}

}  // namespace frugald::bench
