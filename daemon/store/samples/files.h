#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <span>

#include "daemon/store/samples/open_chunks.h"
#include "daemon/store/samples/rollup.h"
#include "daemon/store/samples/time_files.h"

namespace frugald::samples {

/// All that is in memory and in the files beside journal.db, as the store and its readers share it.
struct Files {
    Files(const std::filesystem::path& directory, Database& journal, const Catalogue& catalogue)
        : raw(directory, "raw/", Period::day, journal, catalogue),
          month(directory, "5m-", Period::month, journal, catalogue),
          year(directory, "1h-", Period::year, journal, catalogue) {}

    TimeFiles raw, month, year;
    OpenChunks chunks{raw};
    Rollup five_minutes{month, 5 * minute_ms, true};
    Rollup hours{year, hour_ms, false};

    /// Whether all of them have what this round brought of the stream.
    bool have(std::uint32_t stream, std::int64_t round) const {
        return chunks.has(stream, round) && five_minutes.has(stream, round) &&
               hours.has(stream, round);
    }
    std::array<TimeFiles*, 3> all() { return {&raw, &month, &year}; }
};

/// Calls `each(chunk)` for every chunk in a row of a day file, until it says Fault::cancelled.
/// Returns the first error, which is Fault::invalid if the row is cut short.
Result<void> each_bound_chunk(
    std::int64_t key, std::span<const std::uint8_t> row,
    const std::function<Result<void>(std::span<const std::uint8_t>)>& each);
/// The same without the head that binds a row to its key.
Result<void> each_chunk(std::span<const std::uint8_t> row,
                        const std::function<Result<void>(std::span<const std::uint8_t>)>& each);

}  // namespace frugald::samples
