#pragma once

#include <chrono>
#include <optional>

#include "daemon/core/clock.h"
#include "daemon/core/units.h"

namespace frugald {

/// Joules from watts: the trapezoid between two readings. A gap longer than `longest_gap` adds
/// nothing, because nobody knows what was drawn in it; nor does a clock that steps back.
class EnergyIntegral {
public:
    explicit EnergyIntegral(std::chrono::milliseconds longest_gap) : longest_gap_(longest_gap) {}

    void add(WallTime at, Watts power);
    /// Nothing is integrated between the last reading and the next.
    void interrupt() { last_at_.reset(); }
    /// Absent before the second reading: not measured.
    std::optional<Joules> total() const { return total_; }

private:
    std::chrono::milliseconds longest_gap_;
    std::optional<WallTime> last_at_;
    Watts last_{};
    std::optional<Joules> total_;
};

}  // namespace frugald
