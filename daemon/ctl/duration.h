#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace frugald::ctl {

/// "90s", "15m", "1h", "1d", "1h30m"; nothing for anything else, also for a number without a unit
/// and for zero.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace frugald::ctl
