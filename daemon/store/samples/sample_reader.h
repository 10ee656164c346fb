#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/result.h"
#include "daemon/core/sample_query.h"
#include "daemon/store/codec/chunk.h"
#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/cell.h"

namespace frugald {

/// Up to 60 polls of one stream. Valid during the call that hands it over.
struct PollBlock {
    const samples::StreamInfo& stream;
    std::span<const samples::SensorInfo* const> sensors;  // the wanted ones
    std::span<const unsigned> places;                     // in `block`, of the polls in the range
    const codec::ChunkBlock& block;

    std::int64_t at_ms(std::size_t poll) const { return block.at_ms.values[places[poll]]; }
    /// Absent: not measured.
    std::optional<double> value(std::size_t poll, std::size_t sensor) const {
        const auto raw = block.columns[sensor].at(places[poll]);
        if (!raw) return std::nullopt;
        return sensors[sensor]->scale.value_of(*raw);
    }
};

/// Cells of one sensor of one stream, by time. Valid during the call that hands it over.
struct CellBlock {
    const samples::StreamInfo& stream;
    const samples::SensorInfo& sensor;
    std::int64_t period_ms;
    std::span<const samples::Cell> cells;
};

/// What takes the answer. Returning false ends the reading (Fault::cancelled).
struct SampleSink {
    std::function<bool(const PollBlock&)> polls{};
    std::function<bool(const CellBlock&)> cells{};
};

/// An answer, piece by piece, in memory that does not depend on its size.
/// Raw: stream by stream; of each in order of time, but where the clock was set back in the order
/// of the hours and in them as measured. Cells: row by row of the files, so all streams of some
/// hours come before the next hours; the parts of a cell (where the clock was set back or the hour
/// is not over) come as several that `Cell::add` makes one.
class SampleReader {
public:
    virtual ~SampleReader() = default;
    /// A few milliseconds of it; false when nothing is left.
    virtual Result<bool> step(const SampleSink& sink) = 0;
    /// All of it.
    Result<void> run(const SampleSink& sink);
    virtual Resolution resolution() const = 0;
    /// 0..1, for those who wait.
    virtual double progress() const = 0;
    /// What could not be read, one text each, 100 at most.
    virtual const std::vector<std::string>& damage() const = 0;
};

}  // namespace frugald
