#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "daemon/store/codec/column.h"

namespace frugald::codec {

// A chunk is what one node or device measured in about an hour: polls, each with its instant in ms
// since 1970 and one value per sensor of a sensor set. After the frame (frame.h): sensor set,
// number of sensors, number of polls as varints, instant of the first poll as zigzag varint; then,
// for every 60 polls, a column of instants and one column per sensor.

/// Writes chunks, one after the other, with the same memory: with 12 sensors about 4 kB and what
/// has been encoded.
class ChunkWriter {
public:
    /// `sensors`: of the set, max_sensors at most.
    ChunkWriter(std::uint32_t sensor_set, unsigned sensors) { reset(sensor_set, sensors); }

    /// Drops what was appended and begins a chunk of this set.
    void reset(std::uint32_t sensor_set, unsigned sensors);
    /// `values`: one per sensor of the set; absent means that it was not measured. Instants ought
    /// to ascend, because that is small, but need not.
    void append(std::int64_t at_ms, std::span<const std::optional<std::int64_t>> values);
    std::uint64_t polls() const { return polls_; }
    /// The chunk of all that was appended, in `blob` (its memory is used again). The writer begins
    /// the next chunk of the same set.
    void finish(std::vector<std::uint8_t>& blob);

private:
    void put(std::size_t sensor, std::int64_t value);
    void widen();
    const std::int64_t* column(std::size_t sensor, std::int64_t* room) const;
    void close_block();
    void write_column(const std::int64_t* values, std::uint64_t present, Order order,
                      ColumnContext& context);

    std::uint32_t sensor_set_ = 0;
    unsigned sensors_ = 0;
    std::uint64_t polls_ = 0;
    std::int64_t first_ms_ = 0;
    unsigned open_ = 0;  // polls in the block that is being filled
    std::array<std::int64_t, block_length> at_ms_{};
    // The open block, by sensor, 60 places each. There may be a writer for every node, so values
    // are kept as distances from the first, in half the memory, until one does not fit.
    std::vector<std::int64_t> origins_;
    std::vector<std::int32_t> narrow_;
    std::vector<std::int64_t> wide_;      // instead of narrow_ if it is not empty
    std::vector<std::uint64_t> present_;  // by sensor
    std::vector<ColumnContext> contexts_;
    ColumnContext at_context_;
    std::vector<std::uint8_t> blocks_;
};

/// Which polls are wanted; `to_ms` is not included.
struct InstantRange {
    std::int64_t from_ms = std::numeric_limits<std::int64_t>::min();
    std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();

    bool has(std::int64_t at_ms) const { return at_ms >= from_ms && at_ms < to_ms; }
};

/// Up to 60 polls of a chunk.
struct ChunkBlock {
    unsigned polls = 0;
    Column at_ms;                 // none is absent
    std::vector<Column> columns;  // of the wanted sensors, in their order
};

/// Reads a chunk block by block. Any bytes may be given: damage is Fault::invalid with a text, and
/// memory is bounded by what was asked for.
class ChunkReader {
public:
    /// `blob` must outlive the reader.
    static Result<ChunkReader> open(std::span<const std::uint8_t> blob);

    std::uint32_t sensor_set() const { return sensor_set_; }
    unsigned sensors() const { return sensors_; }
    std::uint64_t polls() const { return polls_; }
    std::int64_t first_ms() const { return first_ms_; }

    /// The next block with all sensors; false after the last.
    Result<bool> next(ChunkBlock& block);
    /// With the sensors of these numbers (ascending, below `sensors()`) only; the others are
    /// skipped.
    Result<bool> next(std::span<const unsigned> wanted, ChunkBlock& block);
    /// Likewise; of a block without a poll in the range only `at_ms` and `polls` are read, its
    /// columns hold anything.
    Result<bool> next(std::span<const unsigned> wanted, const InstantRange& range,
                      ChunkBlock& block);

private:
    explicit ChunkReader(std::span<const std::uint8_t> body) : in_(body) {}

    Result<void> read_header();
    template <class Wanted>
    Result<bool> read_block(std::size_t wanted_count, const Wanted& wanted,
                            const InstantRange& range, ChunkBlock& block);

    Cursor in_;
    std::uint32_t sensor_set_ = 0;
    unsigned sensors_ = 0;
    std::uint64_t polls_ = 0;
    std::uint64_t polls_left_ = 0;
    std::int64_t first_ms_ = 0;
    ColumnContext at_context_;
    std::vector<ColumnContext> contexts_;
};

}  // namespace frugald::codec
