#pragma once

#include <cstdint>

namespace frugald::samples {

/// What a sensor did in one period of time (5 minutes, an hour), in integers of its scale.
struct Cell {
    std::int64_t begin_ms = 0;
    std::int64_t samples = 0;
    std::int64_t covered_ms = 0;  // of which the integral knows: the rest is a gap
    /// Power: the integral over time (trapezoids between readings at most 5 minutes apart), in
    /// units of the scale times seconds. Energy: what the counter gained; the gain over a longer
    /// gap is in the cell in which the gap ended. Others: 0.
    std::int64_t integral = 0;
    std::int64_t resets = 0;  // of the counter: what it counted meanwhile is unknown
    std::int64_t min = 0, mean = 0, max = 0;

    bool operator==(const Cell&) const = default;
    /// Makes one of two cells of the same time.
    void add(const Cell& other);
};

}  // namespace frugald::samples
