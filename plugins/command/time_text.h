#pragma once

#include <optional>
#include <string_view>

#include "daemon/core/clock.h"

namespace frugald::command {

/// ISO 8601: "2026-11-21T07:46:56Z", with a fraction of the second, with an offset in place of Z.
/// Nothing for anything else: a time without a zone is no instant.
std::optional<WallTime> parse_time(std::string_view text);

}  // namespace frugald::command
