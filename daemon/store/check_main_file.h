#pragma once

#include "daemon/store/sqlite/file_check.h"

namespace frugald {

/// Reads all of frugald.db; with `audit` its chain, too. Changes nothing.
FileCheck check_main_file(const std::filesystem::path& file, FileUse use, bool audit);

}  // namespace frugald
