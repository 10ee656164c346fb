#include "daemon/store/samples/retention.h"

#include <algorithm>
#include <limits>

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

std::uint64_t free_bytes_of(const fs::path& directory) {
    std::error_code error;
    const auto space = fs::space(directory, error);
    return error ? std::numeric_limits<std::uint64_t>::max() : space.available;
}

/// Deletes the files that end before `before_ms`.
Result<void> forget_older(TimeFiles& files, std::int64_t before_ms) {
    for (const auto& one : files.existing(-always, before_ms))
        if (one.span.to_ms <= before_ms)
            if (auto done = files.remove(one.path); !done) return done;
    return {};
}

}  // namespace

Result<void> forget_files(const fs::path& directory, Files& files,
                          const SampleRetention& retention) {
    auto done = forget_older(files.raw, to_unix_ms(retention.raw_before));
    if (done) done = forget_older(files.month, to_unix_ms(retention.five_minutes_before));
    if (done) done = forget_older(files.year, to_unix_ms(retention.hours_before));
    if (!done || retention.keep_free_bytes == 0) return done;
    const auto days = files.raw.existing(-always, always);
    for (std::size_t i = 0; i + 2 < days.size(); ++i) {
        if (free_bytes_of(directory) >= retention.keep_free_bytes) return {};
        if (done = files.raw.remove(days[i].path); !done) return done;
    }
    return {};
}

}  // namespace frugald::samples
