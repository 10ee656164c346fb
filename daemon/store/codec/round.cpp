#include "daemon/store/codec/round.h"

#include <fmt/format.h>

namespace frugald::codec {

void Round::begin(std::int64_t at_ms) {
    at_ms_ = at_ms;
    newest_ = 0;
    // A set that no device had in the last round is forgotten with its memory.
    std::erase_if(groups_, [](const RoundGroup& group) { return group.devices.empty(); });
    index_.clear();
    for (auto& group : groups_) {
        group.devices.clear();
        group.offset_ms.clear();
        group.values.clear();
        group.present.clear();
        index_.emplace(group.sensor_set, index_.size());
    }
}

RoundGroup& Round::group_for(std::uint32_t sensor_set, unsigned sensors) {
    if (newest_ < groups_.size() && groups_[newest_].sensor_set == sensor_set)
        return groups_[newest_];
    const auto [at, is_new] = index_.try_emplace(sensor_set, groups_.size());
    newest_ = at->second;
    if (is_new) groups_.push_back({.sensor_set = sensor_set, .sensors = sensors});
    return groups_[newest_];
}

Result<void> Round::add(std::uint32_t device, std::uint32_t sensor_set, std::int32_t offset_ms,
                        std::span<const std::optional<std::int64_t>> values) {
    if (values.size() > max_sensors)
        return fail(Fault::invalid, fmt::format("device {} has {} values, and a round holds {} of "
                                                "each device",
                                                device, values.size(), max_sensors));
    auto& group = group_for(sensor_set, static_cast<unsigned>(values.size()));
    if (group.devices.empty()) group.sensors = static_cast<unsigned>(values.size());
    if (group.sensors != values.size())
        return fail(Fault::invalid, fmt::format("device {} has {} values for the sensor set {} of "
                                                "{} sensors",
                                                device, values.size(), sensor_set, group.sensors));
    if (!group.devices.empty() && group.devices.back() >= device)
        return fail(Fault::invalid, fmt::format("device {} comes after device {} in one round",
                                                device, group.devices.back()));
    const std::size_t block = group.devices.size() / block_length;
    const std::size_t place = group.devices.size() % block_length;
    if (place == 0) {
        group.present.resize(group.column(block + 1, 0), 0);
        group.values.resize(group.column(block + 1, 0) * block_length, 0);
    }
    group.devices.push_back(device);
    group.offset_ms.push_back(offset_ms);
    for (std::size_t sensor = 0; sensor < values.size(); ++sensor) {
        const std::size_t index = group.column(block, sensor);
        group.values[index * block_length + place] = values[sensor].value_or(0);
        group.present[index] |= std::uint64_t{values[sensor].has_value()} << place;
    }
    return {};
}

const RoundGroup* Round::group(std::uint32_t sensor_set) const {
    const auto at = index_.find(sensor_set);
    return at == index_.end() ? nullptr : &groups_[at->second];
}

std::size_t Round::device_count() const {
    std::size_t count = 0;
    for (const auto& group : groups_) count += group.devices.size();
    return count;
}

}  // namespace frugald::codec
