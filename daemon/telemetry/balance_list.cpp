// Which sources should add up to which others.

#include <algorithm>
#include <set>

#include "daemon/telemetry/balance.h"
#include "daemon/telemetry/tree.h"

namespace frugald {

namespace {

/// Where only nodes are known of what a PDU feeds, and between a BMC and its outlets: switches and
/// losses are in the one and not in the other.
constexpr double loose = 0.15;

std::vector<std::string> sources_of(const Device& device, Part part) {
    std::vector<std::string> sources;
    for (const auto& one : device.parts)
        if (one.part == part && one.quantity == Quantity::power_watts)
            sources.push_back(
                meter_source({device.name, part, one.name, device.kind == DeviceKind::pdu}));
    return sources;
}

bool has_total(const Device& device) {
    return std::ranges::any_of(device.parts, [](const PartMeasurement& one) {
        return one.part == Part::total && one.quantity == Quantity::power_watts;
    });
}

Balance balance(const std::string& level, const std::string& whole, std::vector<std::string> parts,
                double tolerance = 0.05) {
    Balance one;
    one.level = level;
    one.whole = {whole};
    one.parts = std::move(parts);
    one.tolerance = tolerance;
    return one;
}

class Lister {
public:
    Lister(const PowerTree& feeds, const Snapshot& now) : feeds_(feeds), now_(now) {
        for (const auto& feed : feeds) {
            by_name_[feed.name] = &feed;
            children_[feed.parent].push_back(&feed);
            for (const auto& node : feed.nodes) feeding_[node].push_back(&feed);
        }
    }

    Ledger::Balances list() {
        for (const auto& [name, device] : now_.devices) list_device(device);
        for (const auto& [node, outlets] : outlets_)
            if (const auto found = now_.nodes.find(node);
                found != now_.nodes.end() && found->second.has_bmc)
                put(node + " = its outlets", balance("", bmc_source(node), outlets, loose));
        for (const auto& feed : feeds_) {
            // An outlet and its node are compared above.
            if (feed.meter.device.empty() || feed.meter.part == Part::outlet) continue;
            list_nodes(feed);
            list_children(feed);
        }
        return std::move(balances_);
    }

private:
    void put(const std::string& key, Balance one) {
        if (!one.parts.empty()) balances_.emplace(key, std::move(one));
    }

    void list_device(const Device& device) {
        const auto outlets = sources_of(device, Part::outlet);
        const std::string level = level_of(device);
        const std::string source = device_source(device);
        put(source + " = its outlets", balance(level, source, outlets));
        if (has_total(device))
            put(source + " = its lines", balance(level, source, sources_of(device, Part::line)));
        for (const auto& [outlet, node] : device.outlet_nodes)
            if (!node.empty()) outlets_[node].push_back(outlet_source(device.name, outlet));
    }

    std::string level_of(const Device& device) const {
        for (const auto& feed : feeds_)
            if (feed.meter.device == device.name && feed.meter.part == Part::total)
                return feed.name;
        return {};
    }

    const PowerFeed* find(const std::string& name) const {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }

    bool below(const PowerFeed& feed, const PowerFeed& above) const {
        for (const auto* at = &feed; at != nullptr; at = find(at->parent))
            if (at == &above) return true;
        return false;
    }

    /// Nothing but these two feeds any node of them.
    bool feeds_alone(const PowerFeed& one, const PowerFeed* pair) const {
        const auto related = [this](const PowerFeed& other, const PowerFeed& own) {
            return below(other, own) || below(own, other);
        };
        for (const auto* own : {&one, pair})
            for (const auto& node : own ? own->nodes : std::vector<std::string>{})
                for (const auto* other : feeding_.at(node))
                    if (!related(*other, one) && !(pair && related(*other, *pair))) return false;
        return true;
    }

    /// The nodes of a level, and the metered outlets of its PDU that feed something else.
    void list_nodes(const PowerFeed& feed) {
        const PowerFeed* const pair =
            feed.redundant_with.empty() ? nullptr : find(feed.redundant_with);
        if (pair && (pair->meter.device.empty() || pair->name < feed.name)) return;
        if (feed.nodes.empty() || !feeds_alone(feed, pair)) return;
        std::set<std::string> nodes{feed.nodes.begin(), feed.nodes.end()};
        if (pair) nodes.insert(pair->nodes.begin(), pair->nodes.end());
        Balance one;
        one.level = feed.name;
        one.parts_may_lack = !feed.complete || (pair && !pair->complete);
        for (const auto& node : nodes) one.parts.push_back(bmc_source(node));
        for (const auto* own : {&feed, pair}) {
            if (!own) continue;
            one.whole.push_back(meter_source(own->meter));
            if (!add_other_outlets(*own, one)) one.tolerance = loose;
        }
        put(feed.name + " = its nodes", std::move(one));
    }

    /// Every node of the feed has an outlet of its PDU by name.
    static bool all_named(const PowerFeed& feed, const Device& pdu) {
        std::set<std::string> named;
        for (const auto& [outlet, node] : pdu.outlet_nodes) named.insert(node);
        return std::ranges::all_of(feed.nodes,
                                   [&named](const auto& node) { return named.contains(node); });
    }

    /// False: what else hangs there is not known. An outlet without a name may feed a node that
    /// has none.
    bool add_other_outlets(const PowerFeed& feed, Balance& to) const {
        const auto device = now_.devices.find(feed.meter.device);
        if (device == now_.devices.end() || feed.meter.part != Part::total) return false;
        if (!all_named(feed, device->second)) return false;
        bool any = false;
        for (const auto& part : device->second.parts) {
            if (part.part != Part::outlet || part.quantity != Quantity::power_watts) continue;
            any = true;
            const auto fed = device->second.outlet_nodes.find(part.name);
            if (fed == device->second.outlet_nodes.end() || fed->second.empty())
                to.parts.push_back(outlet_source(feed.meter.device, part.name));
        }
        return any;
    }

    /// The meters directly below, and the nodes that hang on the level itself.
    void list_children(const PowerFeed& feed) {
        Balance one = balance(feed.name, meter_source(feed.meter), {});
        one.parts_may_lack = !feed.complete;
        std::set<std::string> inside;
        const auto children = children_.find(feed.name);
        if (children == children_.end()) return;
        for (const auto* child : children->second) {
            const auto source = meter_source(child->meter);
            // Of one device, list_device says what adds up.
            if (source.empty() || child->meter.device == feed.meter.device) return;
            one.parts.push_back(source);
            inside.insert(child->nodes.begin(), child->nodes.end());
        }
        for (const auto& node : feed.nodes)
            if (!inside.contains(node)) one.parts.push_back(bmc_source(node));
        put(feed.name + " = what is below", std::move(one));
    }

    const PowerTree& feeds_;
    const Snapshot& now_;
    std::map<std::string, const PowerFeed*> by_name_;
    std::map<std::string, std::vector<const PowerFeed*>> children_;  // by parent
    std::map<std::string, std::vector<const PowerFeed*>> feeding_;   // by node
    std::map<std::string, std::vector<std::string>> outlets_;        // by node
    Ledger::Balances balances_;
};

}  // namespace

Ledger::Balances balances_of(const PowerTree& feeds, const Snapshot& now) {
    return Lister{feeds, now}.list();
}

}  // namespace frugald
