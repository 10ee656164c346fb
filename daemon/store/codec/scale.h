#pragma once

#include <cstdint>
#include <optional>

#include "daemon/core/reading.h"

namespace frugald::codec {

/// How a sensor's values become integers: value = raw * mult * 10^scale_e10. Once a sensor's values
/// are stored, its scale does not change: another scale is another sensor.
struct Scale {
    int scale_e10 = 0;       // -18..18
    std::uint32_t mult = 1;  // never 0

    bool operator==(const Scale&) const = default;

    /// The nearest integer; absent when the value is not finite or too large for it.
    std::optional<std::int64_t> quantise(double value) const;
    /// The value that `raw` stands for: the nearest double to the exact decimal number as long as
    /// raw * mult is below 2^53.
    double value_of(std::int64_t raw) const;
};

/// What a quantity is stored in when nothing better is known of the sensor. Coarser steps of a
/// device cost nothing: the column codec finds the common divisor of a block. So each scale is the
/// finest that means something, and what devices send in whole or tenth units stays exact.
Scale default_scale(Quantity quantity);

}  // namespace frugald::codec
