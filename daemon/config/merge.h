#pragma once

#include <string>
#include <vector>

#include "daemon/core/settings.h"

namespace frugald {

/// Adds `more`, read from a later file, to `all`: tables grow together, arrays of tables grow
/// longer. A key that both give is a mistake that names both places.
void merge_settings(Settings& all, Settings more, std::vector<std::string>& mistakes);

}  // namespace frugald
