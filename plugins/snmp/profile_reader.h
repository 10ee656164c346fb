#pragma once

#include <string_view>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/snmp/profile.h"

namespace frugald::snmp {

/// The profile that a file says, what it extends merged in already. All mistakes in one Error, a
/// line each: "file:line:column: ...".
Result<Profile> read_profile(const Settings& file, std::string_view name);

}  // namespace frugald::snmp
