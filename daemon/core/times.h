#pragma once

#include <optional>
#include <string_view>

#include "daemon/core/clock.h"

namespace frugald {

/// "2026-11-21T07:46:56Z" or with a fraction of a second, UTC only; nothing for all else.
std::optional<WallTime> parse_iso8601(std::string_view text);

}  // namespace frugald
