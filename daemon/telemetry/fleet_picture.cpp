// What the fleet is told to look after, and what it shows of it.

#include <set>

#include "daemon/core/slow_quantity.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

namespace {

std::chrono::milliseconds good_for(Quantity quantity, std::chrono::milliseconds limit) {
    constexpr std::chrono::minutes slow{3};
    return changes_slowly(quantity) ? std::max(limit, std::chrono::milliseconds{slow}) : limit;
}

void age(std::vector<PartMeasurement>& parts, WallTime now, std::chrono::milliseconds limit) {
    for (auto& part : parts)
        if (now - part.measured.at > good_for(part.quantity, limit))
            part.measured.quality = Quality::stale;
}

template <class Map>
void forget_others(Map& map, const std::set<std::string, std::less<>>& known) {
    std::erase_if(map, [&known](const auto& entry) { return !known.contains(entry.first); });
}

/// Of the two, the source in use may have changed since the last reading of either.
unsigned epoch_of(const NodeRecord& record, const std::optional<Measurement>& shown) {
    const bool other =
        shown && !record.energy_source.empty() && shown->source != record.energy_source;
    return record.node.power_epoch + (other ? 1 : 0);
}

}  // namespace

void Fleet::declare_node(const std::string& name) {
    Node& node = nodes_[name].node;
    node.name = name;
    node.has_bmc = true;
}

void Fleet::declare_device(DeviceKind kind, const std::string& name, const std::string& model,
                           const std::map<std::string, std::string>& outlet_nodes) {
    auto& device = devices_[name];
    device.name = name;
    device.kind = kind;
    device.model = model;
    device.outlet_nodes = outlet_nodes;
    feeds_.set(name, outlet_nodes);
    for (const auto& node : feeds_.nodes_of(name)) nodes_[node].node.name = node;
}

void Fleet::keep_only(const std::vector<std::string>& nodes,
                      const std::vector<std::string>& devices) {
    const std::set<std::string, std::less<>> kept_devices{devices.begin(), devices.end()};
    for (const auto& [name, device] : devices_)
        if (!kept_devices.contains(name)) feeds_.set(name, {});
    forget_others(devices_, kept_devices);
    const std::set<std::string, std::less<>> with_bmc{nodes.begin(), nodes.end()};
    auto kept = with_bmc;
    for (const auto& device : devices) {
        const auto& fed = feeds_.nodes_of(device);
        kept.insert(fed.begin(), fed.end());
    }
    forget_others(nodes_, kept);
    for (auto& [name, record] : nodes_) {
        record.share.reset();  // its outlets may be others now
        if (with_bmc.contains(name) || !record.node.has_bmc) continue;
        record = NodeRecord{};
        record.node.name = name;
    }
}

bool Fleet::knows_node(std::string_view name) const {
    const auto found = nodes_.find(name);
    return found != nodes_.end() && found->second.node.has_bmc;
}

unsigned Fleet::rounds(std::string_view node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? 0 : found->second.rounds;
}

Chassis Fleet::chassis(std::string_view node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? Chassis::unknown : found->second.node.chassis;
}

Fleet::NodeState Fleet::state(std::string_view node, WallTime now) const {
    const auto found = nodes_.find(node);
    if (found == nodes_.end()) return {};
    NodeState state;
    const NodeRecord& record = found->second;
    if (record.node.chassis_at && now - *record.node.chassis_at <= stale_after_)
        state.chassis = record.node.chassis;
    state.tried = record.rounds > 0 || !record.node.failure.empty();
    const auto shown = record.shown(now, stale_after_);
    if (shown && shown->quality == Quality::good) state.power = Watts{shown->value};
    return state;
}

void Fleet::describe(Snapshot& picture) const {
    const WallTime now = picture.at.wall;
    Watts sum{};
    for (const auto& [name, record] : nodes_) {
        Node node = record.node;
        if (node.chassis_at && now - *node.chassis_at > stale_after_)
            node.chassis = Chassis::unknown;
        node.power = record.shown(now, stale_after_);
        node.power_epoch = epoch_of(record, node.power);
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
