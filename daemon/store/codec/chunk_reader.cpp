#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/codec/frame.h"

namespace frugald::codec {

namespace {

tl::unexpected<Error> damaged_chunk(std::string what) {
    return fail(Fault::invalid, "a stored chunk is damaged: " + std::move(what));
}

}  // namespace

Result<ChunkReader> ChunkReader::open(std::span<const std::uint8_t> blob) {
    const auto body = open_frame(blob, Kind::chunk);
    if (!body) return tl::unexpected(body.error());
    ChunkReader reader{*body};
    if (auto read = reader.read_header(); !read) return tl::unexpected(read.error());
    return reader;
}

Result<void> ChunkReader::read_header() {
    std::uint64_t sensor_set = 0, sensors = 0, first = 0;
    if (!in_.take_varint(sensor_set) || !in_.take_varint(sensors) || !in_.take_varint(polls_) ||
        !in_.take_varint(first))
        return damaged_chunk("its header is cut short");
    if (sensor_set > std::numeric_limits<std::uint32_t>::max())
        return damaged_chunk(fmt::format("there is no sensor set {}", sensor_set));
    // A column is at least one byte: a header cannot promise more than there is.
    const std::uint64_t blocks = polls_ / block_length + (polls_ % block_length != 0);
    const std::uint64_t size = in_.left().size();
    if (sensors > max_sensors || blocks > size || (blocks > 0 && sensors >= size / blocks))
        return damaged_chunk(
            fmt::format("{} polls of {} sensors do not fit {} bytes", polls_, sensors, size));
    sensor_set_ = static_cast<std::uint32_t>(sensor_set);
    sensors_ = static_cast<unsigned>(sensors);
    polls_left_ = polls_;
    first_ms_ = at_context_.reference = unzigzag(first);
    if (blocks > 0) contexts_.assign(sensors_, {});
    if (blocks == 0 && size > 0) return damaged_chunk("there is something behind its end");
    return {};
}

/// `wanted(i)`: the number of the i-th wanted sensor.
template <class Wanted>
Result<bool> ChunkReader::read_block(std::size_t wanted_count, const Wanted& wanted,
                                     const InstantRange& range, ChunkBlock& block) {
    if (polls_left_ == 0) return false;
    const auto polls = static_cast<unsigned>(std::min<std::uint64_t>(polls_left_, block_length));
    block.polls = polls;
    block.columns.resize(wanted_count);
    auto read = decode_column(in_, polls, at_context_, block.at_ms);
    if (!read || block.at_ms.present != all_present(polls))
        return damaged_chunk("the instants of its polls are unreadable");
    const auto begin = block.at_ms.values.begin();
    const bool skipped =
        std::none_of(begin, begin + polls, [&](std::int64_t at_ms) { return range.has(at_ms); });
    std::size_t taken = skipped ? wanted_count : 0;
    for (unsigned sensor = 0; sensor < sensors_; ++sensor) {
        const bool take = taken < wanted_count && wanted(taken) == sensor;
        read = take ? decode_column(in_, polls, contexts_[sensor], block.columns[taken++])
                    : skip_column(in_, polls, contexts_[sensor]);
        if (!read)
            return damaged_chunk(fmt::format("sensor {} from poll {} on: {}", sensor,
                                             polls_ - polls_left_, read.error().text));
    }
    assert(taken == wanted_count);
    polls_left_ -= polls;
    if (polls_left_ == 0 && !in_.left().empty())
        return damaged_chunk("there is something behind its end");
    return true;
}

Result<bool> ChunkReader::next(ChunkBlock& block) {
    return read_block(
        sensors_, [](std::size_t number) { return number; }, {}, block);
}

Result<bool> ChunkReader::next(std::span<const unsigned> wanted, ChunkBlock& block) {
    return next(wanted, {}, block);
}

Result<bool> ChunkReader::next(std::span<const unsigned> wanted, const InstantRange& range,
                               ChunkBlock& block) {
    return read_block(
        wanted.size(), [&](std::size_t i) { return wanted[i]; }, range, block);
}

}  // namespace frugald::codec
