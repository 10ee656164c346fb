#include "daemon/telemetry/energy.h"

namespace frugald {

void EnergyIntegral::add(WallTime at, Watts power) {
    if (last_at_ && at > *last_at_ && at - *last_at_ <= longest_gap_) {
        const Joules step = (last_ + power) * 0.5 * Seconds{at - *last_at_};
        total_ = total_.value_or(Joules{}) + step;
    }
    if (last_at_ && at == *last_at_) return;
    last_at_ = at;
    last_ = power;
}

}  // namespace frugald
