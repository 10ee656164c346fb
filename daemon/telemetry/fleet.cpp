#include "daemon/telemetry/fleet.h"

#include <algorithm>
#include <set>

#include "daemon/telemetry/quality.h"

namespace frugald {

namespace {

/// Two missed beats of a 10 s poll are no gap; five minutes are.
constexpr std::chrono::minutes longest_energy_gap{5};
/// Without a store nobody takes the accepted readings: keep the newest of them only.
constexpr std::size_t most_accepted = 500'000;

Quality quality_of(const Measurement& measured, WallTime now, std::chrono::milliseconds limit) {
    return now - measured.at > limit ? Quality::stale : measured.quality;
}

void age(std::vector<PartMeasurement>& parts, WallTime now, std::chrono::milliseconds limit) {
    for (auto& part : parts) part.measured.quality = quality_of(part.measured, now, limit);
}

template <class Map>
void forget_others(Map& map, const std::vector<std::string>& names) {
    const std::set<std::string_view> known{names.begin(), names.end()};
    std::erase_if(map, [&known](const auto& entry) { return known.count(entry.first) == 0; });
}

}  // namespace

void Fleet::declare_node(const std::string& name) {
    const auto [at, added] =
        nodes_.try_emplace(name, NodeEntry{Node{}, EnergyIntegral{longest_energy_gap}, 0});
    at->second.node.name = name;
    at->second.node.has_bmc = true;
}

void Fleet::declare_device(DeviceKind kind, const std::string& name, const std::string& model,
                           const std::map<std::string, std::string>& outlet_nodes) {
    auto& device = devices_[name];
    device.name = name;
    device.kind = kind;
    device.model = model;
    device.outlet_nodes = outlet_nodes;
}

void Fleet::keep_only(const std::vector<std::string>& nodes,
                      const std::vector<std::string>& devices) {
    forget_others(nodes_, nodes);
    forget_others(devices_, devices);
}

void Fleet::take(const Observation& seen) {
    if (seen.failure)
        ++counters_.poll_failures[to_string(seen.failure->fault)];
    else
        counters_.poll_duration.record(seen.took);
    if (seen.kind == DeviceKind::node) {
        const auto found = nodes_.find(seen.device);
        if (found != nodes_.end()) take_node(found->second, seen);
        return;
    }
    const auto found = devices_.find(seen.device);
    if (found == devices_.end()) return;
    Device& device = found->second;
    note_reach(seen, device.reachable, device.failure);
    device.reachable = seen.failure == nullptr;
    device.failure = seen.failure ? seen.failure->text : std::string{};
    if (seen.failure) return;
    device.last_answer = seen.at;
    for (const Reading& reading : seen.readings)
        if (accept(seen, reading, Chassis::unknown)) keep(seen, reading, device.parts);
}

void Fleet::take_node(NodeEntry& entry, const Observation& seen) {
    Node& node = entry.node;
    note_reach(seen, node.reachable, node.failure);
    node.reachable = seen.failure == nullptr;
    node.failure = seen.failure ? seen.failure->text : std::string{};
    if (seen.failure) return;
    ++entry.rounds;
    node.last_answer = seen.at;
    if (seen.chassis != Chassis::unknown) {
        if (node.chassis != seen.chassis && node.chassis != Chassis::unknown)
            changes_.push_back({node.name, node.chassis, seen.chassis, seen.at});
        node.chassis = seen.chassis;
        node.chassis_at = seen.at;
    }
    for (const Reading& reading : seen.readings) {
        if (!accept(seen, reading, node.chassis)) continue;
        if (reading.quantity == Quantity::power_watts && reading.part == Part::total) {
            node.power = Measurement{reading.value, seen.at, std::string{seen.source}};
            entry.energy.add(seen.at, Watts{reading.value});
            node.energy_total = entry.energy.total();
        } else {
            keep(seen, reading, node.parts);
        }
    }
}

/// A first answer is no news; a first silence is.
void Fleet::note_reach(const Observation& seen, bool was_reachable,
                       const std::string& old_failure) {
    const std::string device{seen.device};
    if (seen.failure && old_failure.empty()) reach_changes_.push_back({device, seen.failure->text});
    if (!seen.failure && !was_reachable && !old_failure.empty())
        reach_changes_.push_back({device, {}});
}

bool Fleet::accept(const Observation& seen, const Reading& reading, Chassis chassis) {
    if (const auto reason = reject_reason(reading, seen.kind, chassis)) {
        ++counters_.readings_rejected[std::string{*reason}];
        return false;
    }
    if (accepted_.size() >= most_accepted)
        accepted_.erase(accepted_.begin(), accepted_.begin() + most_accepted / 2);
    accepted_.push_back({seen.at, seen.kind, std::string{seen.device}, std::string{seen.source},
                         reading.quantity, reading.part, std::string{reading.part_name},
                         reading.value});
    return true;
}

void Fleet::keep(const Observation& seen, const Reading& reading,
                 std::vector<PartMeasurement>& parts) {
    const auto same = [&reading](const PartMeasurement& part) {
        return part.quantity == reading.quantity && part.part == reading.part &&
               part.name == reading.part_name;
    };
    auto found = std::ranges::find_if(parts, same);
    if (found == parts.end())
        found = parts.insert(found,
                             {reading.quantity, reading.part, std::string{reading.part_name}, {}});
    found->measured = {reading.value, seen.at, std::string{seen.source}, Quality::good};
}

unsigned Fleet::rounds(std::string_view node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? 0 : found->second.rounds;
}

Chassis Fleet::chassis(std::string_view node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? Chassis::unknown : found->second.node.chassis;
}

void Fleet::describe(Snapshot& picture) const {
    const WallTime now = picture.at.wall;
    Watts sum{};
    for (const auto& [name, entry] : nodes_) {
        Node node = entry.node;
        if (node.chassis_at && now - *node.chassis_at > stale_after_)
            node.chassis = Chassis::unknown;
        if (node.power) node.power->quality = quality_of(*node.power, now, stale_after_);
        age(node.parts, now, stale_after_);
        if (node.power && node.power->quality == Quality::good) {
            sum += Watts{node.power->value};
            ++picture.nodes_measured;
        }
        picture.nodes.emplace(name, std::move(node));
    }
    if (picture.nodes_measured > 0) picture.cluster_power = sum;
    for (const auto& [name, device] : devices_) {
        Device copy = device;
        age(copy.parts, now, stale_after_);
        picture.devices.emplace(name, std::move(copy));
    }
    picture.counters = counters_;
}

}  // namespace frugald
