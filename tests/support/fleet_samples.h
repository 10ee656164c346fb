#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/core/reading.h"

namespace frugald::test {

/// Random numbers that are the same with every compiler and library.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits();
    double uniform();   // 0..1
    double gaussian();  // mean 0, deviation 1, within +-6
    bool once_in(double times) { return uniform() * times < 1; }

private:
    std::uint64_t state_;
};

/// What the polls of a cluster bring, made up: twelve sensors a node, as integers of the scales in
/// `sensors`. Jobs come and go, each with phases of another load; the noise on top has a memory.
class FleetSamples {
public:
    static constexpr unsigned sensor_count = 12;
    struct Sensor {
        const char* name;
        Quantity quantity;
        int scale_e10;
    };
    static const std::array<Sensor, sensor_count> sensors;

    struct Poll {
        bool answered = false;  // else the poll was missed and there is nothing
        std::int32_t offset_ms = 0;
        std::array<std::optional<std::int64_t>, sensor_count> values{};
    };

    FleetSamples(unsigned nodes, std::uint64_t seed, std::int64_t first_ms,
                 std::int64_t period_ms = 10'000);

    /// The poll of every node in turn, as of `at_ms`, in the same memory each time.
    const std::vector<Poll>& next_round();
    /// Instant of the round that was made last.
    std::int64_t at_ms() const { return at_ms_; }

private:
    struct Node {
        Random random;
        double busiest_watts, idle_watts;
        double load = 0, job_load = 0;  // 0..1
        double noise = 0, package_noise = 0;
        double cpu_celsius[2] = {40, 40};
        double inlet_celsius = 22;
        double joules;
        double read_ms = 0;  // when its counter was read last
    };

    void live(Node& node) const;
    void measure(Node& node, Poll& poll) const;

    std::vector<Node> nodes_;
    std::vector<Poll> polls_;
    std::int64_t at_ms_;
    std::int64_t period_ms_;
};

}  // namespace frugald::test
