#pragma once

#include <filesystem>
#include <unordered_map>

#include "daemon/store/samples/rollup.h"

namespace frugald::samples {

/// Up to where, in ms, the files have what a stream measured.
using StoredUntil = std::unordered_map<std::uint32_t, std::int64_t>;

// From the rows of files whose states are damaged. To store again what is there would count it
// twice.
StoredUntil stored_chunks(const std::vector<std::filesystem::path>& files,
                          std::vector<std::string>& damage);
StoredUntil stored_cells(const std::vector<std::filesystem::path>& files, const Rollup& rollup,
                         std::vector<std::string>& damage);

}  // namespace frugald::samples
