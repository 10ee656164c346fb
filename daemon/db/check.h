#pragma once

#include <functional>

#include "daemon/db/files.h"
#include "daemon/store/sqlite/file_check.h"

namespace frugald::db {

struct CheckPlan {
    std::filesystem::path directory{};
    bool audit = false;  // also the audit's chain
};

/// Whether it is a backup, which nobody writes to.
FileUse use_of(const std::filesystem::path& directory);

FileCheck check_file(const std::filesystem::path& directory, const StoreFile& file, FileUse use,
                     bool audit);
/// File by file, as they are done; how many are damaged.
Result<std::size_t> check(const CheckPlan& plan,
                          const std::function<void(const std::string&, const FileCheck&)>& report);

}  // namespace frugald::db
