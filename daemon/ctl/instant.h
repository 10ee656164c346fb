#pragma once

#include <optional>
#include <string>

#include "daemon/core/clock.h"
#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

inline constexpr const char* instant_help =
    "how long ago (90s, 15m, 1h, 2d), or 2026-11-21, 2026-11-21T08:00 (local), "
    "2026-11-21T07:00:00Z";

/// Nothing if it is none of these. `now`: what "ago" is counted from.
std::optional<WallTime> parse_instant(const std::string& text, WallTime now);

/// The stretch that --since and --until name; an empty `until` is now.
struct Stretch {
    WallTime from{}, to{};
};
Attempt<Stretch> parse_stretch(const std::string& since, const std::string& until);

}  // namespace frugald::ctl
