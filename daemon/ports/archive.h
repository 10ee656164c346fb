#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/sample.h"
#include "daemon/core/sample_query.h"
#include "daemon/core/series.h"
#include "daemon/ports/asio.h"

namespace frugald {

/// Takes an answer, on a worker thread, once at a time. Returning false ends the reading
/// (Fault::cancelled).
struct ArchiveSink {
    std::function<bool(const SeriesSamples&)> samples{};  // of Resolution::raw
    std::function<bool(const SeriesCells&)> cells{};      // of the others
};

/// An answer, piece by piece, in memory that does not depend on its size. Raw: device by device,
/// of each in order of time. Cells: all devices of some hours before the next hours.
class ArchiveReader {
public:
    virtual ~ArchiveReader() = default;
    /// A few milliseconds of it; false when nothing is left.
    virtual asio::awaitable<Result<bool>> step(ArchiveSink sink) = 0;
    /// All of it.
    asio::awaitable<Result<void>> run(ArchiveSink sink);
    /// Never `automatic`.
    virtual Resolution resolution() const = 0;
    /// 0..1, for those who wait.
    virtual double progress() const = 0;
    /// What could not be read, one text each, 100 at most.
    virtual std::vector<std::string> damage() const = 0;
};

/// What the daemon has measured and stored: for the API, the ledger, and modules that send it
/// elsewhere. Called on the loop thread; outlives its readers' use.
class Archive {
public:
    virtual ~Archive() = default;

    /// Fault::unavailable before the store is open. Nothing is read before the first step.
    virtual asio::awaitable<Result<std::shared_ptr<ArchiveReader>>> ask(SampleQuery query) = 0;

    /// What was measured before this instant is stored and can be read; what comes later than
    /// that all the same is in `take_late`. Absent: nothing was stored since the start yet.
    virtual std::optional<WallTime> complete_until() const = 0;
    /// Where the raw samples begin that retention has left, to the day; absent: nothing is older
    /// than some hours.
    virtual asio::awaitable<Result<std::optional<WallTime>>> oldest() = 0;
    /// Samples that were stored after complete_until had passed their instant, since the last
    /// call; the newest 100,000 of them. Kept only once somebody has asked.
    virtual std::vector<Sample> take_late() = 0;
};

}  // namespace frugald
