#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "daemon/core/units.h"

namespace frugald {

/// Observed durations, in the shape Prometheus wants: `buckets[i]` counts those <= bounds[i].
struct DurationHistogram {
    static constexpr std::array<double, 10> bounds_s{0.001, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,   0.25,  0.5,  1,     5};
    std::array<std::uint64_t, bounds_s.size()> buckets{};
    std::uint64_t count = 0;
    double sum_s = 0;

    void record(Seconds took) {
        for (std::size_t i = 0; i < bounds_s.size(); ++i)
            if (took.count() <= bounds_s[i]) ++buckets[i];
        ++count;
        sum_s += took.count();
    }
};

/// What the daemon counted since its start.
struct Counters {
    std::map<std::pair<std::string, std::string>, std::uint64_t> actions;  // {action, result}
    std::map<std::string, std::uint64_t> guard_refusals;                   // {rule}
    std::map<std::string, std::uint64_t> readings_rejected;                // {reason}
    std::map<std::string, std::uint64_t> poll_failures;                    // {fault}
    DurationHistogram poll_duration;
};

}  // namespace frugald
