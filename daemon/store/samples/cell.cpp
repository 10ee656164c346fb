#include "daemon/store/samples/cell.h"

#include <algorithm>
#include <cmath>

namespace frugald::samples {

void Cell::add(const Cell& other) {
    if (other.samples > 0) {
        min = samples > 0 ? std::min(min, other.min) : other.min;
        max = samples > 0 ? std::max(max, other.max) : other.max;
        const auto sum =
            static_cast<long double>(mean) * static_cast<long double>(samples) +
            static_cast<long double>(other.mean) * static_cast<long double>(other.samples);
        mean = std::llround(sum / static_cast<long double>(samples + other.samples));
    }
    samples += other.samples;
    covered_ms += other.covered_ms;
    integral += other.integral;
    resets += other.resets;
}

}  // namespace frugald::samples
