#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::db {

enum class FileKind { main, journal, time };

struct StoreFile {
    std::string name;  // in the directory: "frugald.db", "raw/20261121.db"
    FileKind kind{};
};

/// The databases there are in a state directory or in a copy of one: first frugald.db, then
/// journal.db, then the others by name. Files that were set aside are not among them.
/// Fault::invalid if there is none.
Result<std::vector<StoreFile>> files_in(const std::filesystem::path& directory);

}  // namespace frugald::db
