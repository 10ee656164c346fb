// Any bytes as two rounds of the store's journal, the second with or without the first: what can be
// read can be written and read again. The first two bytes say how long the first round is.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "daemon/store/codec/frame.h"
#include "daemon/store/codec/round.h"

namespace {

using namespace frugald::codec;
using Bytes = std::vector<std::uint8_t>;

void require(bool holds) {
    if (!holds) std::abort();
}

Bytes framed(std::span<const std::uint8_t> body) {
    Bytes blob;
    begin_frame(blob, Kind::round);
    blob.insert(blob.end(), body.begin(), body.end());
    seal_frame(blob);
    return blob;
}

void require_same(const Round& one, const Round& other) {
    require(one.at_ms() == other.at_ms() && one.device_count() == other.device_count());
    for (const auto& group : one.groups()) {
        const RoundGroup* twin = other.group(group.sensor_set);
        require(twin != nullptr && twin->sensors == group.sensors &&
                twin->devices == group.devices && twin->offset_ms == group.offset_ms &&
                twin->present == group.present);
        for (std::size_t device = 0; device < group.devices.size(); ++device)
            for (std::size_t sensor = 0; sensor < group.sensors; ++sensor)
                require(group.at(device, sensor) == twin->at(device, sensor));
    }
}

/// Reads a round behind a good checksum; if that can be done, also writes it and reads that.
bool read(std::span<const std::uint8_t> body, const Round* previous, Round& round) {
    const Bytes blob = framed(body);
    if (!decode_round(blob, previous, round)) return false;
    Bytes again;
    Round copy = round, read_again;
    encode_round(copy, previous, again);
    require(decode_round(again, previous, read_again).has_value());
    require_same(round, read_again);
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Round first, second;
    static_cast<void>(decode_round({data, size}, nullptr, first));
    if (size < 2) return 0;
    const std::span<const std::uint8_t> bodies{data + 2, size - 2};
    const std::size_t split = std::min<std::size_t>(data[0] + 256U * data[1], bodies.size());
    const bool has_first = read(bodies.first(split), nullptr, first);
    static_cast<void>(read(bodies.subspan(split), has_first ? &first : nullptr, second));
    return 0;
}
