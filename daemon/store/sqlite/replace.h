#pragma once

#include <filesystem>
#include <string>

#include "daemon/core/result.h"

namespace frugald {

// A damaged file keeps all its bytes: it is renamed to FILE.damaged-MS, with its write-ahead log.

/// Renames it; its new name.
Result<std::filesystem::path> set_aside(const std::filesystem::path& file);

/// Where a file that is to replace `file` is made: FILE.new.
std::filesystem::path replacement_of(const std::filesystem::path& file);
/// Removes what an earlier attempt left there.
Result<void> begin_replacement(const std::filesystem::path& file);
/// Sets `file` aside and gives its name to the replacement, which is complete and closed. A crash
/// in between is mended by `finish_replacement`. Returns the damaged file's new name.
Result<std::filesystem::path> replace_file(const std::filesystem::path& file);
/// To be called before `file` is opened or created.
Result<void> finish_replacement(const std::filesystem::path& file);

/// Names in `directory` are on disk after this.
Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace frugald
