#pragma once

#include "daemon/core/clock.h"
#include "daemon/core/units.h"

namespace frugald {

/// Time in which energy was measured. How it was spread within is not known: evenly, it is taken.
struct Stretch {
    WallTime from{};
    WallTime to{};
    double joules = 0;
    double error_joules = 0;  // how far off that may be, by the source's accuracy

    Seconds length() const { return to - from; }
    /// The part of it in [begin, end), which lies within.
    Stretch part(WallTime begin, WallTime end) const {
        const double share = Seconds{end - begin} / length();
        return {begin, end, joules * share, error_joules * share};
    }
};

}  // namespace frugald
