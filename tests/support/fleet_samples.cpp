#include "tests/support/fleet_samples.h"

#include <algorithm>
#include <cmath>

namespace frugald::test {

namespace {

/// `value` in steps of a device, as an integer of the sensor's scale.
std::int64_t in_steps(double value, double step, std::int64_t units) {
    return std::llround(value / step) * static_cast<std::int64_t>(step) * units;
}

}  // namespace

std::uint64_t Random::bits() {  // splitmix64
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Random::gaussian() {
    double sum = 0;  // of twelve uniform numbers of 16 bits
    for (int i = 0; i < 3; ++i)
        for (std::uint64_t part = bits(), j = 0; j < 4; ++j, part >>= 16)
            sum += static_cast<double>(part & 0xffff);
    return sum * 0x1p-16 - 6;
}

const std::array<FleetSamples::Sensor, FleetSamples::sensor_count> FleetSamples::sensors{{
    {"power", Quantity::power_watts, -1},
    {"PSU1 input", Quantity::power_watts, -1},
    {"PSU2 input", Quantity::power_watts, -1},
    {"CPU1 Temp", Quantity::temperature_celsius, -1},
    {"CPU2 Temp", Quantity::temperature_celsius, -1},
    {"Inlet Temp", Quantity::temperature_celsius, -1},
    {"Exhaust Temp", Quantity::temperature_celsius, -1},
    {"FAN1", Quantity::fan_speed_rpm, 0},
    {"FAN2", Quantity::fan_speed_rpm, 0},
    {"FAN3", Quantity::fan_speed_rpm, 0},
    {"CPU package power", Quantity::power_watts, -1},
    {"energy", Quantity::energy_joules, 0},
}};

FleetSamples::FleetSamples(unsigned nodes, std::uint64_t seed, std::int64_t first_ms,
                           std::int64_t period_ms)
    : polls_(nodes), at_ms_(first_ms - period_ms), period_ms_(period_ms) {
    Random random{seed};
    nodes_.reserve(nodes);
    for (unsigned i = 0; i < nodes; ++i) {
        Node node{.random = Random{random.bits()},
                  .busiest_watts = 380 + 140 * random.uniform(),
                  .idle_watts = 95 + 40 * random.uniform(),
                  .joules = 1e9 * random.uniform()};
        node.inlet_celsius = 20 + 5 * random.uniform();
        node.read_ms = static_cast<double>(at_ms_);
        if (node.random.once_in(1.3)) node.job_load = node.load = 0.4 + 0.6 * random.uniform();
        nodes_.push_back(node);
    }
}

/// One period of a node's life: jobs of two hours with phases of ten minutes, half an hour idle.
void FleetSamples::live(Node& node) const {
    const double seconds = static_cast<double>(period_ms_) / 1000;
    Random& random = node.random;
    const bool busy = node.job_load > 0;
    if (random.once_in((busy ? 7200 : 1800) / seconds))
        node.load = node.job_load = busy ? 0 : 0.4 + 0.6 * random.uniform();
    else if (busy && random.once_in(600 / seconds))
        node.load = node.job_load * (0.6 + 0.4 * random.uniform());
    constexpr double memory = 0.6;
    const double fresh = 0.012 * std::sqrt(1 - memory * memory);
    node.noise = memory * node.noise + fresh * random.gaussian();
    node.package_noise = memory * node.package_noise + fresh * random.gaussian();
    for (unsigned cpu = 0; cpu < 2; ++cpu) {
        const double goal = node.inlet_celsius + 16 + cpu * 3 + 34 * node.load;
        node.cpu_celsius[cpu] += 0.15 * (goal - node.cpu_celsius[cpu]) + 0.35 * random.gaussian();
    }
    node.inlet_celsius += 0.02 * (22.5 - node.inlet_celsius) + 0.03 * random.gaussian();
}

void FleetSamples::measure(Node& node, Poll& poll) const {
    Random& random = node.random;
    const double usual = node.idle_watts + node.load * (node.busiest_watts - node.idle_watts);
    const double watts = usual * (1 + node.noise);
    const bool late = random.once_in(300);
    const double took = late ? 500 + 2000 * random.uniform() : 60 + 40 * random.uniform();
    poll.offset_ms = static_cast<std::int32_t>(took);
    const double read_ms = static_cast<double>(at_ms_) + took;
    node.joules += watts * (read_ms - node.read_ms) / 1000;
    node.read_ms = read_ms;
    poll.answered = !random.once_in(2000);
    const double hottest = std::max(node.cpu_celsius[0], node.cpu_celsius[1]);
    const double rpm = 4200 + 110 * std::max(0.0, hottest - 45);
    const double exhaust = node.inlet_celsius + 0.025 * usual;
    auto& out = poll.values;
    out[0] = in_steps(watts, 1, 10);
    out[1] = in_steps(watts * 0.52, 4, 10);
    out[2] = in_steps(watts * 0.55, 4, 10);
    out[3] = in_steps(node.cpu_celsius[0], 1, 10);
    out[4] = in_steps(node.cpu_celsius[1], 1, 10);
    out[5] = in_steps(node.inlet_celsius, 1, 10);
    out[6] = in_steps(exhaust, 1, 10);
    for (unsigned fan = 0; fan < 3; ++fan)
        out[7 + fan] = in_steps(rpm + 60 * fan + 60 * random.gaussian(), 120, 1);
    const double package_watts = 0.62 * usual * (1 + node.noise + node.package_noise);
    out[10] = std::llround(package_watts * 10);
    out[11] = std::llround(node.joules);
}

const std::vector<FleetSamples::Poll>& FleetSamples::next_round() {
    at_ms_ += period_ms_;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        live(nodes_[i]);
        measure(nodes_[i], polls_[i]);
    }
    return polls_;
}

}  // namespace frugald::test
