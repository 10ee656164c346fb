#pragma once

#include <filesystem>
#include <string>

#include "daemon/core/result.h"

namespace frugald::samples {

/// Makes a new file of what can be read of a damaged one of a day, a month or a year; the damaged
/// one becomes FILE.damaged-MS. No process may use it. Returns what was kept.
Result<std::string> recover_time_file(const std::filesystem::path& file);

}  // namespace frugald::samples
