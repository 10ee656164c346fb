#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/sample.h"
#include "daemon/store/samples/sample_reader.h"

namespace frugald {

/// How long what is kept; nothing is deleted that is not older than its limit.
struct SampleRetention {
    WallTime raw_before{};           // day files that end before this go
    WallTime five_minutes_before{};  // month files
    WallTime hours_before{};         // year files
    /// Oldest day files go until so much is free there; the newest two stay. 0: no limit.
    std::uint64_t keep_free_bytes = 0;
};

struct SampleCheck {
    std::uint64_t chunks = 0, cells = 0, polls = 0;  // that could be read
    std::vector<std::string> damage{};               // one text each
};

/// The time series in one directory (docs/architecture.md, "Time series"). Its directory belongs to
/// one process (state_directory.h). All calls block and are made one at a time, those of its
/// readers too, but from any thread; the readers must go before it.
class SampleStore {
public:
    /// Creates or opens, and takes over what the journal holds. Damage is no error, also of the
    /// journal's own file: see `take_damage`. Fault::unavailable when files cannot be used.
    static Result<std::unique_ptr<SampleStore>> open(const std::filesystem::path& directory);
    virtual ~SampleStore() = default;

    /// On disk (synced) when it returns success; nothing of it is stored otherwise. `now` is the
    /// instant of the call. Readings of one device, source and instant are one poll: give them in
    /// one call, and all devices of a round too, because that is small.
    /// Left out: values that are not finite, and instants more than 20 days from `now`.
    virtual Result<void> append(WallTime now, std::span<const Sample> readings) = 0;
    /// Why what the journal holds does not get into the other files; empty while it does. Nothing
    /// is lost meanwhile, but the journal grows.
    virtual const std::string& trouble() const = 0;
    /// What was found damaged since the last call: one sentence each.
    virtual std::vector<std::string> take_damage() = 0;

    /// Where the raw samples that are left begin, to the day; absent: nothing but the journal's, of
    /// the last hours.
    virtual std::optional<WallTime> oldest() const = 0;
    /// Nothing is read before its first step.
    virtual std::unique_ptr<SampleReader> read(SampleQuery query) = 0;

    /// Everything into the files and the journal empty: before a backup. Chunks become smaller.
    virtual Result<void> flush() = 0;
    virtual Result<void> forget(const SampleRetention& retention) = 0;
    /// Reads every row of every file.
    virtual Result<SampleCheck> check() = 0;
};

}  // namespace frugald
