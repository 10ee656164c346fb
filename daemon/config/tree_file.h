#pragma once

#include <filesystem>
#include <vector>

#include "daemon/core/settings.h"

namespace frugald {

/// The rows of a CSV file (RFC 4180, first line = names of keys of [[feed]]) as tables that read
/// like [[feed]]; an empty cell is a key that is not set. Lines that are empty or begin with '#'
/// are skipped. Errors are Fault::invalid, "file:line:column: message", all of them at once.
Result<std::vector<Settings>> read_tree_file(const std::filesystem::path& file);

}  // namespace frugald
