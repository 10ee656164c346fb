#include <algorithm>

#include "daemon/store/codec/frame.h"
#include "daemon/store/codec/round_guess.h"

namespace frugald::codec {

namespace {

using Values = std::array<std::int64_t, block_length>;

std::int64_t difference(std::int64_t value, std::int64_t guess) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                     static_cast<std::uint64_t>(guess));
}

/// One group. The contexts of its columns go from block to block.
class GroupWriter {
public:
    GroupWriter(RoundGroup& group, const RoundGroup* before, std::vector<std::uint8_t>& blob)
        : group_(group), guess_(before), blob_(blob), contexts_(group.sensors) {}

    void write() {
        for (std::size_t first = 0; first < group_.devices.size(); first += block_length) {
            const auto count = static_cast<unsigned>(
                std::min<std::size_t>(block_length, group_.devices.size() - first));
            guess_.look_for({group_.devices.data() + first, count});
            write_ids(first, count);
            write_offsets(first, count);
            write_values(first / block_length, count);
        }
    }

private:
    void append(const std::uint8_t* end) {
        blob_.insert(blob_.end(), static_cast<const std::uint8_t*>(column_), end);
    }

    void write_ids(std::size_t first, unsigned count) {
        Values ids;
        std::copy_n(group_.devices.begin() + static_cast<std::ptrdiff_t>(first), count,
                    ids.begin());
        append(encode_column(ids.data(), all_present(count), count, Order::series, id_context_,
                             column_));
    }

    /// As they are or as differences, whichever is smaller: polls in a burst have offsets without
    /// memory, polls spread over the period keep theirs.
    void write_offsets(std::size_t first, unsigned count) {
        Values offsets, guesses;
        std::copy_n(group_.offset_ms.begin() + static_cast<std::ptrdiff_t>(first), count,
                    offsets.begin());
        const auto write = [&](std::uint8_t* out) {
            ColumnContext fresh;
            return encode_column(offsets.data(), all_present(count), count, Order::unordered, fresh,
                                 out);
        };
        const std::uint8_t* plain_end = write(column_ + 1);
        column_[0] = 0;
        if (guess_.known()) {
            guess_.offsets(guesses.data());
            for (unsigned i = 0; i < count; ++i) offsets[i] = difference(offsets[i], guesses[i]);
            std::uint8_t differences[1 + max_column_size] = {1};
            const std::uint8_t* end = write(differences + 1);
            if (end - differences < plain_end - column_) {
                blob_.insert(blob_.end(), static_cast<const std::uint8_t*>(differences), end);
                return;
            }
        }
        append(plain_end);
    }

    void write_values(std::size_t block, unsigned count) {
        Values guesses, differences;
        for (unsigned sensor = 0; sensor < group_.sensors; ++sensor) {
            const std::size_t index = group_.column(block, sensor);
            const std::uint64_t present = group_.present[index];
            std::int64_t* values = group_.values.data() + index * block_length;
            guess_.values(sensor, guesses.data());
            for (std::uint64_t left = all_present(count) & ~present; left != 0; left &= left - 1) {
                const auto place = static_cast<unsigned>(__builtin_ctzll(left));
                values[place] = guesses[place];
            }
            for (unsigned i = 0; i < count; ++i) differences[i] = difference(values[i], guesses[i]);
            append(encode_column(differences.data(), present, count, Order::unordered,
                                 contexts_[sensor], column_));
        }
    }

    RoundGroup& group_;
    RoundGuess guess_;
    std::vector<std::uint8_t>& blob_;
    std::vector<ColumnContext> contexts_;
    ColumnContext id_context_;
    std::uint8_t column_[1 + max_column_size];
};

void put(std::vector<std::uint8_t>& blob, std::uint64_t number) {
    std::uint8_t bytes[max_varint];
    blob.insert(blob.end(), bytes, put_varint(bytes, number));
}

}  // namespace

void encode_round(Round& round, const Round* previous, std::vector<std::uint8_t>& blob) {
    begin_frame(blob, Kind::round);
    put(blob, zigzag(round.at_ms()));
    put(blob, previous != nullptr);
    if (previous != nullptr) put(blob, zigzag(previous->at_ms()));
    for (auto& group : round.groups()) {
        if (group.devices.empty()) continue;
        put(blob, group.sensor_set);
        put(blob, group.sensors);
        put(blob, group.devices.size());
        const RoundGroup* before =
            previous == nullptr ? nullptr : previous->group(group.sensor_set);
        if (before != nullptr && before->sensors != group.sensors) before = nullptr;
        GroupWriter{group, before, blob}.write();
    }
    seal_frame(blob);
}

}  // namespace frugald::codec
