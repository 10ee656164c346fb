#include <algorithm>
#include <cassert>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/codec/frame.h"

namespace frugald::codec {

void ChunkWriter::reset(std::uint32_t sensor_set, unsigned sensors) {
    sensor_set_ = sensor_set;
    sensors_ = sensors;
    polls_ = 0;
    open_ = 0;
    values_.resize(std::size_t{sensors} * block_length);
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
    for (std::size_t sensor = 0; sensor < sensors_; ++sensor) {
        const auto& value = values[sensor];
        values_[sensor * block_length + open_] = value.value_or(0);
        present_[sensor] |= std::uint64_t{value.has_value()} << open_;
    }
    if (++open_ == block_length) close_block();
}

void ChunkWriter::close_block() {
    std::uint8_t column[max_column_size];
    auto* end =
        encode_column(at_ms_.data(), all_present(open_), open_, Order::times, at_context_, column);
    blocks_.insert(blocks_.end(), column, end);
    for (std::size_t sensor = 0; sensor < sensors_; ++sensor) {
        end = encode_column(values_.data() + sensor * block_length, present_[sensor], open_,
                            Order::series, contexts_[sensor], column);
        blocks_.insert(blocks_.end(), column, end);
    }
    std::ranges::fill(present_, 0);
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
