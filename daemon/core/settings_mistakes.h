#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/settings.h"

namespace frugald {

/// "'key' must be a number, not a text"
std::string wrong_kind(std::string_view key, std::string_view wanted, const SettingsValue& got);

/// "'key' is 0, but must be between 1 and 3600"
std::string out_of_bounds(std::string_view key, double value, Bounds allowed);

/// Nothing for what is no number, and for inf and nan.
std::optional<double> finite_number(const SettingsValue& value);

}  // namespace frugald
