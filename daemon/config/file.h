#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

#include "daemon/core/result.h"

namespace frugald {

/// Judges an open file by its owner and mode before anything is read of it.
using FileCheck = std::function<Result<void>(const struct stat&)>;

/// The content of a regular file of at most `most` bytes. Fault::unavailable when it cannot be
/// read, Fault::invalid when it is something else or too long.
Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t most,
                                      const FileCheck& check = {});

}  // namespace frugald
