#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/mode.h"

namespace frugald {

/// When policies may act, on the wall clock of the machine's time zone (tzset(3)). In the repeated
/// hour at the end of summer time both passes belong to it; an hour that does not exist has none.
struct TimeWindow {
    std::string name;
    unsigned days = 0;                 // bit 0 is Sunday, as in struct tm: the day it begins on
    std::chrono::minutes from{0};      // after midnight
    std::chrono::minutes to{24 * 60};  // not after `from`: on the next day
    std::vector<ActionClass> actions{ActionClass::off};

    bool covers(WallTime at) const;
    bool binds(ActionClass action) const;
};

/// Empty when no window binds the action, or one of those that do is open; else why not.
std::string closed_window(const std::vector<TimeWindow>& windows, ActionClass action, WallTime at);

}  // namespace frugald
