#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/codec/frame.h"
#include "daemon/store/codec/round_guess.h"

namespace frugald::codec {

namespace {

constexpr std::uint64_t most_ids = std::uint64_t{1} << 32;

tl::unexpected<Error> damaged_round(std::string what) {
    return fail(Fault::invalid, "a stored round is damaged: " + std::move(what));
}

std::int64_t sum(std::int64_t guess, std::int64_t difference) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(guess) +
                                     static_cast<std::uint64_t>(difference));
}

class GroupReader {
public:
    GroupReader(Cursor& in, RoundGroup& group, const RoundGroup* before)
        : in_(in), group_(group), guess_(before), contexts_(group.sensors) {}

    Result<void> read(std::size_t devices) {
        while (group_.devices.size() < devices) {
            const std::size_t first = group_.devices.size();
            const auto count =
                static_cast<unsigned>(std::min<std::size_t>(block_length, devices - first));
            if (auto read = read_ids(count); !read) return read;
            guess_.look_for({group_.devices.data() + first, count});
            if (auto read = read_offsets(count); !read) return read;
            if (auto read = read_values(first / block_length, count); !read) return read;
        }
        return {};
    }

private:
    Result<void> read_ids(unsigned count) {
        const auto read = decode_column(in_, count, id_context_, column_);
        if (!read || column_.present != all_present(count))
            return damaged_round("the ids of its devices are unreadable");
        for (unsigned i = 0; i < count; ++i) {
            const std::int64_t id = column_.values[i];
            const std::int64_t after =
                group_.devices.empty() ? -1 : std::int64_t{group_.devices.back()};
            if (id <= after || static_cast<std::uint64_t>(id) >= most_ids)
                return damaged_round(fmt::format("device {} comes after device {}", id, after));
            group_.devices.push_back(static_cast<std::uint32_t>(id));
        }
        return {};
    }

    Result<void> read_offsets(unsigned count) {
        std::uint8_t form;
        if (!in_.take(form) || form > 1 || (form == 1 && !guess_.known()))
            return damaged_round("its offsets have an unknown form");
        std::array<std::int64_t, block_length> guesses{};
        if (form == 1) guess_.offsets(guesses.data());
        ColumnContext fresh;
        const auto read = decode_column(in_, count, fresh, column_);
        if (!read || column_.present != all_present(count))
            return damaged_round("its offsets are unreadable");
        for (unsigned i = 0; i < count; ++i) {
            const std::int64_t offset = sum(guesses[i], column_.values[i]);
            if (offset != static_cast<std::int32_t>(offset))
                return damaged_round(fmt::format("an offset of {} ms is none", offset));
            group_.offset_ms.push_back(static_cast<std::int32_t>(offset));
        }
        return {};
    }

    Result<void> read_values(std::size_t block, unsigned count) {
        group_.present.resize(group_.column(block + 1, 0), 0);
        group_.values.resize(group_.column(block + 1, 0) * block_length, 0);
        std::array<std::int64_t, block_length> guesses;
        for (unsigned sensor = 0; sensor < group_.sensors; ++sensor) {
            if (auto read = decode_column(in_, count, contexts_[sensor], column_); !read)
                return damaged_round(fmt::format(
                    "sensor {} of the set {}, devices from {} on: {}", sensor, group_.sensor_set,
                    group_.devices[block * block_length], read.error().text));
            const std::size_t index = group_.column(block, sensor);
            std::int64_t* values = group_.values.data() + index * block_length;
            group_.present[index] = column_.present;
            guess_.values(sensor, guesses.data());
            for (unsigned i = 0; i < count; ++i) {
                const bool present = column_.present >> i & 1;
                values[i] = present ? sum(guesses[i], column_.values[i]) : guesses[i];
            }
        }
        return {};
    }

    Cursor& in_;
    RoundGroup& group_;
    RoundGuess guess_;
    std::vector<ColumnContext> contexts_;
    ColumnContext id_context_;
    Column column_{};
};

/// The instant of the round, and whether it continues `previous`; else that one is not needed.
Result<const Round*> read_header(Cursor& in, const Round* previous, Round& round) {
    std::uint64_t at, continues, previous_at = 0;
    if (!in.take_varint(at) || !in.take_varint(continues) || continues > 1 ||
        (continues == 1 && !in.take_varint(previous_at)))
        return damaged_round("its header is cut short");
    round.begin(unzigzag(at));
    if (continues == 0) return nullptr;
    if (previous == nullptr || previous->at_ms() != unzigzag(previous_at))
        return fail(Fault::invalid,
                    fmt::format("the stored round of {} ms continues that of {} ms, which is not "
                                "there: read from the key round before it",
                                unzigzag(at), unzigzag(previous_at)));
    return previous;
}

Result<void> read_group(Cursor& in, const Round* previous, Round& round) {
    std::uint64_t sensor_set, sensors, devices;
    if (!in.take_varint(sensor_set) || !in.take_varint(sensors) || !in.take_varint(devices))
        return damaged_round("the header of a group is cut short");
    // A column is at least one byte: a header cannot promise more than there is.
    const std::uint64_t size = in.left().size();
    const std::uint64_t blocks = devices / block_length + (devices % block_length != 0);
    if (sensor_set >= most_ids || devices == 0 || blocks > size || sensors > max_sensors ||
        sensors > size / blocks)
        return damaged_round(
            fmt::format("{} devices with {} sensors of the set {} do not fit {} bytes", devices,
                        sensors, sensor_set, size));
    auto& group =
        round.group_for(static_cast<std::uint32_t>(sensor_set), static_cast<unsigned>(sensors));
    if (!group.devices.empty())
        return damaged_round(fmt::format("it holds the sensor set {} twice", sensor_set));
    group.sensors = static_cast<unsigned>(sensors);
    const RoundGroup* before = previous == nullptr ? nullptr : previous->group(group.sensor_set);
    if (before != nullptr && before->sensors != group.sensors) before = nullptr;
    return GroupReader{in, group, before}.read(devices);
}

}  // namespace

Result<void> decode_round(std::span<const std::uint8_t> blob, const Round* previous, Round& round) {
    const auto body = open_frame(blob, Kind::round);
    if (!body) return tl::unexpected(body.error());
    Cursor in{*body};
    const auto continued = read_header(in, previous, round);
    if (!continued) return tl::unexpected(continued.error());
    while (!in.left().empty())
        if (auto read = read_group(in, *continued, round); !read) return read;
    return {};
}

}  // namespace frugald::codec
