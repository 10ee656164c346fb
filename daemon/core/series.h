#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "daemon/core/reading.h"

namespace frugald {

/// Which stored series. Views are valid during the call that hands it over.
struct SeriesName {
    DeviceKind kind{};
    std::string_view device{};
    std::string_view source{};  // see Sample::source
    Quantity quantity{};
    Part part{};
    std::string_view part_name{};
};

/// Samples of one series as measured, in order of time (but where the clock was set back).
struct SeriesSamples {
    SeriesName series{};
    std::span<const std::int64_t> at_ms{};  // since 1970 UTC
    std::span<const double> values{};       // of the same size
};

/// What a series did in one period of time, in its unit.
struct SeriesCell {
    std::int64_t begin_ms = 0;
    std::int64_t samples = 0;
    std::int64_t covered_ms = 0;  // of which the energy knows: the rest is a gap
    /// Power: J by the trapezoids between readings at most 5 minutes apart. Energy: J the counter
    /// gained; the gain over a longer gap is in the cell in which it ended. Others: 0.
    double joules = 0;
    std::int64_t resets = 0;            // of the counter: what it counted meanwhile is unknown
    double min = 0, mean = 0, max = 0;  // without meaning if there are no samples
};

/// Cells of one series, by time. The parts of a cell (where the clock was set back, or while its
/// period is not over) may come as several of the same `begin_ms`, whose sum it is.
struct SeriesCells {
    SeriesName series{};
    std::int64_t period_ms = 0;
    std::span<const SeriesCell> cells{};
};

}  // namespace frugald
