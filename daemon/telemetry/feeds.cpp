#include "daemon/telemetry/feeds.h"

#include <algorithm>

namespace frugald {

namespace {

const Measurement* outlet_power(const Feeds::Devices& devices, const std::string& pdu,
                                const std::string& outlet) {
    const auto device = devices.find(pdu);
    if (device == devices.end()) return nullptr;
    const auto part = std::ranges::find_if(device->second.parts, [&](const PartMeasurement& one) {
        return one.part == Part::outlet && one.quantity == Quantity::power_watts &&
               one.name == outlet;
    });
    return part == device->second.parts.end() ? nullptr : &part->measured;
}

}  // namespace

void Feeds::set(const std::string& pdu, const std::map<std::string, std::string>& outlet_nodes) {
    for (auto& [node, feeds] : feeds_)
        std::erase_if(feeds, [&pdu](const Feed& feed) { return feed.pdu == pdu; });
    nodes_.erase(pdu);
    for (const auto& [outlet, node] : outlet_nodes) {
        if (node.empty()) continue;
        feeds_[node].push_back({pdu, outlet});
        nodes_[pdu].insert(node);
    }
    std::erase_if(feeds_, [](const auto& entry) { return entry.second.empty(); });
}

const std::set<std::string>& Feeds::nodes_of(const std::string& pdu) const {
    static const std::set<std::string> none;
    const auto found = nodes_.find(pdu);
    return found == nodes_.end() ? none : found->second;
}

std::optional<Measurement> Feeds::share(std::string_view node, const Devices& devices) const {
    const auto found = feeds_.find(node);
    if (found == feeds_.end()) return std::nullopt;
    Measurement sum{0, WallTime::max(), "pdu"};
    for (const Feed& feed : found->second) {
        const Measurement* outlet = outlet_power(devices, feed.pdu, feed.outlet);
        if (!outlet) return std::nullopt;
        sum.value += outlet->value;
        sum.at = std::min(sum.at, outlet->at);
    }
    return sum;
}

}  // namespace frugald
