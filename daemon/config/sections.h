#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace frugald {

/// Reads the daemon's own keys from a table that holds nothing else. Appends to `known` the full
/// path of every key there is, whether given or not.
Result<void> read_sections(const Settings& own, Config& config, std::vector<std::string>& known);

/// The top-level keys and tables that are the daemon's; every other table is a plugin's.
const std::vector<std::string>& own_names();

}  // namespace frugald
