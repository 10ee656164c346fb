#pragma once

#include <optional>
#include <string>

#include "daemon/core/clock.h"

namespace frugald {

/// A day, month or year of the machine's time zone (tzset(3)). The day on which summer time begins
/// has 23 hours, the one on which it ends 25.
struct Period {
    std::string name;  // "2026-11-21", "2026-11", "2026"
    WallTime begin{};
    WallTime end{};  // the next one's begin

    bool contains(WallTime at) const { return begin <= at && at < end; }
};

Period day_at(WallTime at);
Period month_at(WallTime at);
Period year_at(WallTime at);
/// Nothing for what is not the name of one.
std::optional<Period> period_named(const std::string& name);

}  // namespace frugald
