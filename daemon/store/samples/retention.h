#pragma once

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/sample_store.h"

namespace frugald::samples {

/// SampleStore::forget, on these files.
Result<void> forget_files(const std::filesystem::path& directory, Files& files,
                          const SampleRetention& retention);

}  // namespace frugald::samples
