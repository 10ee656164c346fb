#include "daemon/telemetry/lattice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace frugald {

namespace {

/// 10 W, which a step learned from few values may be a multiple of.
constexpr std::int64_t usual_step = 100;

std::int64_t in_tenths(double value) { return std::llround(value * 10); }

}  // namespace

void Lattice::learn(double value) {
    const auto tenths = in_tenths(value);
    highest_ = std::max(highest_, tenths);
    if (!first_) first_ = tenths;
    step_ = std::gcd(step_, std::abs(tenths - *first_));
}

bool Lattice::all_ones(double value) const {
    const auto tenths = in_tenths(value);
    // At a step of 100 W nothing else is near, and no sensor with smaller steps gets there.
    if (tenths / 1000 == 255 || tenths / 1000 == 254) return true;
    if (step_ != 0 && all_ones(tenths, step_)) return true;
    return step_ % usual_step == 0 && all_ones(tenths, usual_step);
}

bool Lattice::all_ones(std::int64_t tenths, std::int64_t step) const {
    const auto raw = tenths / step;
    const auto offset = tenths % step;
    // Beyond the end of 8 bits at this step: the field is wider, or the sum of several.
    if (highest_ >= 256 * step) return false;
    if (raw != 255 && raw != 254) return false;
    return first_ ? *first_ % step == offset : offset == 0 || 2 * offset == step;
}

}  // namespace frugald
