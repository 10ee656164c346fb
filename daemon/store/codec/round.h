#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "daemon/store/codec/column.h"

namespace frugald::codec {

/// The devices of a round that share a sensor set.
struct RoundGroup {
    std::uint32_t sensor_set = 0;
    unsigned sensors = 0;
    std::vector<std::uint32_t> devices{};   // ids, ascending
    std::vector<std::int32_t> offset_ms{};  // when each was read, from the round's instant
    /// By block of 60 devices, by sensor, 60 places. The place of an absent value holds the guess
    /// for the next round, so it means something to the codec only.
    std::vector<std::int64_t> values{};
    std::vector<std::uint64_t> present{};  // by block, by sensor; bit: device of the block

    std::size_t column(std::size_t block, std::size_t sensor) const {
        return block * sensors + sensor;
    }
    /// Absent: not measured.
    std::optional<std::int64_t> at(std::size_t device, std::size_t sensor) const {
        const std::size_t index = column(device / block_length, sensor);
        const std::size_t place = device % block_length;
        if ((present[index] >> place & 1) == 0) return std::nullopt;
        return values[index * block_length + place];
    }
};

/// One poll of many devices, ready to be written or as it was read.
class Round {
public:
    /// Empties it for the round of this instant; memory is kept for the next.
    void begin(std::int64_t at_ms);
    /// `values`: one per sensor of the set, absent where not measured. Fault::invalid, and the
    /// round is as before, if the device does not come after the last one of its set or if others
    /// gave another number of values for the set.
    Result<void> add(std::uint32_t device, std::uint32_t sensor_set, std::int32_t offset_ms,
                     std::span<const std::optional<std::int64_t>> values);

    std::int64_t at_ms() const { return at_ms_; }
    /// In order of first use; a set that only the round before had may be there without devices.
    const std::vector<RoundGroup>& groups() const { return groups_; }
    const RoundGroup* group(std::uint32_t sensor_set) const;
    std::size_t device_count() const;

    // For the codec alone:
    RoundGroup& group_for(std::uint32_t sensor_set, unsigned sensors);
    std::vector<RoundGroup>& groups() { return groups_; }

private:
    std::int64_t at_ms_ = 0;
    std::vector<RoundGroup> groups_;
    std::unordered_map<std::uint32_t, std::size_t> index_;  // sensor set -> place in groups_
    std::size_t newest_ = 0;                                // place of the last device's group
};

// A round as bytes, after the frame (frame.h): its instant as zigzag varint; 0 for a key round or 1
// and the instant of the round before; then per group its set, number of sensors and
// number of devices as varints, and for every 60 devices a column of ids, one of offsets behind a
// byte (1: as differences to the round before) and one per sensor, as differences if there is a
// round before. A device that was not in it is guessed to be like its neighbour in the block.

/// `previous` is null for a key round, which can be read alone; else the round that was encoded or
/// decoded before, whatever devices it has. Fills the places of absent values in `round`.
void encode_round(Round& round, const Round* previous, std::vector<std::uint8_t>& blob);

/// Reads any bytes: Fault::invalid for damage, and when `previous` is not the round that the blob
/// continues (null: there is none). Then `round` holds anything. It must not be `previous`. Memory
/// is bounded by the blob's size times 1000.
Result<void> decode_round(std::span<const std::uint8_t> blob, const Round* previous, Round& round);

}  // namespace frugald::codec
