#include <algorithm>
#include <cassert>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/codec/frame.h"

namespace frugald::codec {

void ChunkWriter::reset(std::uint32_t sensor_set, unsigned sensors) {
    assert(sensors <= max_sensors);
    sensor_set_ = sensor_set;
    sensors_ = sensors;
    polls_ = 0;
    open_ = 0;
    origins_.assign(sensors, 0);
    narrow_.assign(std::size_t{sensors} * block_length, 0);
    wide_ = {};
    present_.assign(sensors, 0);
    contexts_.assign(sensors, {});
    blocks_.clear();
}

void ChunkWriter::append(std::int64_t at_ms, std::span<const std::optional<std::int64_t>> values) {
    assert(values.size() == sensors_);
    if (polls_++ == 0) {
        first_ms_ = at_ms;
        at_context_ = {.reference = at_ms};
    }
    at_ms_[open_] = at_ms;
    for (std::size_t sensor = 0; sensor < sensors_; ++sensor)
        if (values[sensor]) put(sensor, *values[sensor]);
    if (++open_ == block_length) close_block();
}

void ChunkWriter::put(std::size_t sensor, std::int64_t value) {
    if (present_[sensor] == 0) origins_[sensor] = value;
    present_[sensor] |= std::uint64_t{1} << open_;
    const auto distance = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                                    static_cast<std::uint64_t>(origins_[sensor]));
    const std::size_t place = sensor * block_length + open_;
    if (wide_.empty() && distance != static_cast<std::int32_t>(distance)) widen();
    if (wide_.empty())
        narrow_[place] = static_cast<std::int32_t>(distance);
    else
        wide_[place] = value;
}

void ChunkWriter::widen() {
    std::vector<std::int64_t> wide(narrow_.size());
    for (std::size_t sensor = 0; sensor < sensors_; ++sensor)
        column(sensor, wide.data() + sensor * block_length);
    wide_ = std::move(wide);
}

/// A sensor's values of the open block, in `room` if they are not there as they are.
const std::int64_t* ChunkWriter::column(std::size_t sensor, std::int64_t* room) const {
    if (!wide_.empty()) return wide_.data() + sensor * block_length;
    const std::int32_t* distances = narrow_.data() + sensor * block_length;
    const auto origin = static_cast<std::uint64_t>(origins_[sensor]);
    for (unsigned i = 0; i < block_length; ++i)
        room[i] = static_cast<std::int64_t>(origin +
                                            static_cast<std::uint64_t>(std::int64_t{distances[i]}));
    return room;
}

void ChunkWriter::write_column(const std::int64_t* values, std::uint64_t present, Order order,
                               ColumnContext& context) {
    std::uint8_t column[max_column_size];
    const std::uint8_t* end = encode_column(values, present, open_, order, context, column);
    const auto size = static_cast<std::size_t>(end - column);
    if (blocks_.capacity() - blocks_.size() < size)  // doubling is too much for so many writers
        blocks_.reserve(blocks_.size() + blocks_.size() / 4 + max_column_size);
    blocks_.insert(blocks_.end(), column, column + size);
}

void ChunkWriter::close_block() {
    write_column(at_ms_.data(), all_present(open_), Order::times, at_context_);
    std::int64_t room[block_length];
    for (std::size_t sensor = 0; sensor < sensors_; ++sensor)
        write_column(column(sensor, room), present_[sensor], Order::series, contexts_[sensor]);
    std::ranges::fill(present_, 0);
    wide_ = {};
    open_ = 0;
}

void ChunkWriter::finish(std::vector<std::uint8_t>& blob) {
    if (open_ > 0) close_block();
    if (polls_ == 0) first_ms_ = 0;
    begin_frame(blob, Kind::chunk);
    std::uint8_t header[4 * max_varint];
    auto* end = put_varint(header, sensor_set_);
    end = put_varint(end, sensors_);
    end = put_varint(end, polls_);
    end = put_varint(end, zigzag(first_ms_));
    blob.insert(blob.end(), header, end);
    blob.insert(blob.end(), blocks_.begin(), blocks_.end());
    seal_frame(blob);
    reset(sensor_set_, sensors_);
}

}  // namespace frugald::codec
