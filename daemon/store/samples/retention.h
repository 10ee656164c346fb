#pragma once

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/sample_store.h"

namespace frugald::samples {

/// SampleStore::forget and check, on these files.
Result<void> forget_files(const std::filesystem::path& directory, Files& files,
                          const SampleRetention& retention);
Result<SampleCheck> check_files(const Files& files);

}  // namespace frugald::samples
