#include "daemon/engine/obedience.h"

#include <algorithm>

namespace frugald {

void Obedience::begin(Watts limit, std::chrono::milliseconds correction, WallTime since) {
    *this = Obedience{};
    limit_ = limit;
    judged_from_ = since + correction;
}

Watts Obedience::tolerated(Watts limit) {
    return Watts{limit.value + std::max(10.0, 0.05 * limit.value)};
}

Obedience::Change Obedience::take(const Measurement& power) {
    if (power.quality != Quality::good || power.at <= judged_from_ || power.at == last_)
        return Change::none;
    last_ = power.at;
    const bool above = power.value > tolerated(limit_).value;
    above_ = above ? above_ + 1 : 0;
    below_ = above ? 0 : below_ + 1;
    if (!disobeys_ && above_ >= above_to_disobey) {
        disobeys_ = true;
        return Change::disobeys;
    }
    if (disobeys_ && below_ >= below_to_obey) {
        disobeys_ = false;
        return Change::obeys;
    }
    return Change::none;
}

}  // namespace frugald
