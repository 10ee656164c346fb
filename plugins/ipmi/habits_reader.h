#pragma once

#include <string_view>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/ipmi/habits.h"

namespace frugald::ipmi {

/// The habits that a file says; what it does not say is as in `base`, except what it is known by.
/// All mistakes in one Error, a line each: "file:line:column: ...".
Result<Habits> read_habits(const Settings& file, std::string_view name, const Habits& base);

}  // namespace frugald::ipmi
