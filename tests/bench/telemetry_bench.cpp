#include "tests/bench/telemetry_bench.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/daemon/telemetry/replay.h"

namespace frugald::bench {

namespace {

constexpr unsigned nodes = 10000;
constexpr unsigned sensors = 12;

std::string name_of(unsigned index) { return fmt::format("n{}", index); }

void take_sensors(Fleet& fleet, WallTime at) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < sensors; ++i) names.push_back(fmt::format("Sensor {}", i));
    std::vector<Reading> readings;
    for (const auto& name : names)
        readings.push_back({Quantity::temperature_celsius, Part::sensor, name, 40});
    for (unsigned i = 0; i < nodes; ++i)
        fleet.take({.device = name_of(i), .source = "sdr", .at = at, .readings = readings});
}

/// What was refused between which neighbours, and how often, to be looked at by eye.
void print_refused(const test::ReplayResult& day) {
    std::map<std::string, unsigned> kinds;
    for (const auto& refused : day.refused)
        ++kinds[fmt::format("{}: {} W between {} and {}", refused.sensor, refused.value,
                            refused.before, refused.after)];
    for (const auto& [kind, times] : kinds) fmt::print(stderr, "{:4} x {}\n", times, kind);
}

}  // namespace

void telemetry_take(const Report& report) {
    constexpr unsigned rounds = 20;
    Fleet fleet{std::chrono::minutes{1}};
    std::vector<std::string> names;
    for (unsigned i = 0; i < nodes; ++i) names.push_back(name_of(i));
    for (const auto& name : names) fleet.declare_node(name);
    WallTime at = from_unix_ms(1'800'000'000'000);
    take_sensors(fleet, at);
    const auto before = cpu_time();
    for (unsigned round = 0; round < rounds; ++round, at += std::chrono::seconds{1}) {
        const Reading power{.quantity = Quantity::power_watts, .value = 300.0 + round % 7};
        for (const auto& name : names)
            fleet.take({.device = name,
                        .source = "dcmi",
                        .at = at,
                        .chassis = Chassis::on,
                        .readings = {&power, 1}});
        if (fleet.take_accepted().size() < nodes) throw std::runtime_error("readings are lost");
    }
    const std::uint64_t readings = std::uint64_t{nodes} * rounds;
    const double cpu_us = (cpu_time() - before).count() * 1e6;
    report({"telemetry.take_us", cpu_us / static_cast<double>(readings), "us", readings});
    const auto begin = cpu_time();
    Snapshot picture;
    picture.at.wall = at;
    fleet.describe(picture);
    report({"telemetry.describe_ms_10k_nodes", (cpu_time() - begin).count() * 1e3, "ms",
            picture.nodes_measured});
}

void telemetry_replay(const Report& report) {
    const auto archive = test::recorded_day();
    if (archive.empty()) {
        fmt::print(stderr,
                   "frugald-bench: telemetry.replay: skipped, no recorded day (or no xz)\n");
        return;
    }
    const auto before = cpu_time();
    const auto day = test::replay(archive, 1);
    const double cpu_s = (cpu_time() - before).count();
    print_refused(day);
    const auto count = [&](const std::string& name, std::uint64_t value) {
        report({"telemetry.replay." + name, static_cast<double>(value), "readings", day.readings});
    };
    report({"telemetry.replay.cpu_s", cpu_s, "s", day.readings});
    count("power_readings", day.power_readings);
    count("accepted", day.accepted);
    for (const auto& [reason, times] : day.reasons) count("refused." + reason, times);
    for (const auto& [sensor, times] : day.waiting) count("waiting at the end", times);
}

}  // namespace frugald::bench
