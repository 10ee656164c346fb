#pragma once

#include <string>
#include <utility>

#include "daemon/core/clock.h"
#include "daemon/core/power_source.h"
#include "daemon/core/units.h"

namespace frugald {

/// Somebody has measured beside a source, with something better: every watt of it is multiplied
/// from then on. What the store keeps of the source stays as the source said it.
struct Calibration {
    /// Further off, it is not the instrument's error: a wrong outlet, a wrong ratio of current
    /// transformers, VA for W.
    static constexpr double least_factor = 0.5, most_factor = 2;

    double factor = 1;  // reference / raw
    Watts reference{};
    Watts raw{};  // what the source said then
    WallTime at{};
    std::string by;      // "clamp meter"
    std::string author;  // "uid 0 (root)"
};

using CalibrationEntry = std::pair<PowerSource, Calibration>;

}  // namespace frugald
