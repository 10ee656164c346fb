#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/samples/time_files.h"

namespace frugald::samples {

/// Values of a poll, one per sensor of its set; absent: not measured.
using Values = std::span<const std::optional<std::int64_t>>;

/// The row of a chunk: the hour of its newest poll, so that keys grow, and then the stream. A row
/// holds chunks one after the other, a varint of its size before each; there is more than one when
/// the sensor set has changed or the clock was set back.
constexpr std::int64_t row_key(std::int64_t unit, std::uint32_t stream) {
    return unit << 24 | stream;
}

/// The chunks that are being filled, one per stream, and those that wait to be written to the day
/// files. The instants of a chunk are at most an hour apart.
class OpenChunks {
public:
    explicit OpenChunks(TimeFiles& files) : files_(files) {}

    /// What this stream's polls until `round` brought is in the files already.
    void skip_until(std::uint32_t stream, std::int64_t round);
    bool has(std::uint32_t stream, std::int64_t round) const {
        return stream < streams_.size() && round <= streams_[stream].stored_round;
    }

    void take(std::uint32_t stream, std::int64_t round, std::int64_t at_ms, std::uint32_t set,
              Values values);
    /// Finishes the chunks of streams that have fallen silent.
    void sweep(std::int64_t now_ms);
    /// Finishes all of them, whatever their age.
    void finish_all();

    /// The set of the newest chunk, 0 if there has been none.
    std::uint32_t set_of(std::uint32_t stream) const {
        return stream < streams_.size() ? streams_[stream].set : 0;
    }
    /// A poll of this instant begins a new chunk: the moment to leave out sensors without values.
    bool begins(std::uint32_t stream, std::int64_t at_ms) const {
        return !is_open(stream) || due(stream, at_ms);
    }
    /// Whether the sensor at this place of the set has had a value in that chunk.
    bool seen(std::uint32_t stream, std::size_t place) const {
        return streams_[stream].seen[place];
    }

    /// Streams whose chunk has been finished since the last call.
    std::vector<std::uint32_t> take_finished();
    /// Writes what is finished to its day files. What cannot be written stays for the next call.
    Result<void> write(std::vector<std::string>& damage);
    /// The first round that is needed for something not written; `otherwise` if there is nothing.
    std::int64_t oldest_round(std::int64_t otherwise) const;

    /// Appends the chunks that are in memory, open ones too, to `chunks`.
    void copy(std::uint32_t stream, std::vector<std::vector<std::uint8_t>>& chunks) const;

private:
    struct Stream {
        std::optional<codec::ChunkWriter> writer{};  // made at the first poll
        std::uint32_t set = 0;
        std::int64_t min_ms = 0, max_ms = 0;
        std::int64_t first_round = 0, last_round = 0;
        std::int64_t stored_round = 0;
        std::vector<bool> seen{};
    };
    struct Finished {
        std::uint32_t stream = 0;
        std::uint32_t set = 0;
        std::int64_t max_ms = 0, first_round = 0, last_round = 0;
        std::vector<std::uint8_t> chunk{};
    };
    bool is_open(std::uint32_t stream) const {
        return stream < streams_.size() && streams_[stream].writer &&
               streams_[stream].writer->polls() > 0;
    }
    bool due(std::uint32_t stream, std::int64_t at_ms) const;
    std::int64_t turn(std::uint32_t stream, std::int64_t at_ms) const;
    void finish(std::uint32_t stream);
    Result<void> write_day(std::span<const Finished> chunks, std::vector<std::string>& damage);

    TimeFiles& files_;
    std::vector<Stream> streams_;  // by id
    std::vector<std::uint32_t> just_finished_;
    std::vector<Finished> waiting_;
};

}  // namespace frugald::samples
