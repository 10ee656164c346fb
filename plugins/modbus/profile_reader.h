#pragma once

#include <string_view>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// The profile that a file says; `base` is the one it extends, if it does. All mistakes in one
/// Error, a line each: "file:line:column: ...".
Result<Profile> read_profile(const Settings& file, std::string_view name, const Profile* base);

/// The name after `extends`; empty: it stands alone.
std::string extended_profile(const Settings& file);

}  // namespace frugald::modbus
