// PDUs and meters, against the nodes that they feed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

using Names = std::vector<std::string>;

std::set<std::string> fed_by(const Device& device) {
    std::set<std::string> nodes;
    for (const auto& [outlet, node] : device.outlet_nodes) nodes.insert(node);
    return nodes;
}

std::optional<double> total_watts(const Device& device) {
    for (const auto& part : device.parts)
        if (part.part == Part::total && part.quantity == Quantity::power_watts &&
            part.measured.quality == Quality::good)
            return part.measured.value;
    return std::nullopt;
}

/// Of devices whose every outlet's node is fed by no other one: what they and their nodes draw.
struct Sums {
    double devices = 0, nodes = 0;
    std::size_t counted = 0;
};

Sums compare(const Snapshot& now) {
    std::map<std::string, int> feeds;
    for (const auto& [name, device] : now.devices)
        for (const auto& node : fed_by(device)) ++feeds[node];
    Sums sums;
    for (const auto& [name, device] : now.devices) {
        const auto watts = total_watts(device);
        double nodes = 0;
        bool whole = watts.has_value() && !device.outlet_nodes.empty();
        for (const auto& fed : fed_by(device)) {
            const auto node = now.nodes.find(fed);
            whole = whole && feeds[fed] == 1 && node != now.nodes.end() && node->second.power &&
                    node->second.power->quality == Quality::good &&
                    node->second.power->source != "pdu";
            if (whole) nodes += node->second.power->value;
        }
        if (!whole) continue;
        sums.devices += *watts;
        sums.nodes += nodes;
        ++sums.counted;
    }
    return sums;
}

Finding silent(const Facts& facts) {
    if (!facts.now) return no_picture();
    Names lost;
    for (const auto& [name, device] : facts.now->devices)
        if (!device.reachable) lost.push_back(name);
    if (lost.empty())
        return ok(fmt::format("all {} PDUs and meters answer", facts.now->devices.size()));
    return failed(
        fmt::format("the PDU or meter {} does not answer ({} of {}): {}", lost.front(), lost.size(),
                    facts.now->devices.size(), facts.now->devices.at(lost.front()).failure),
        "check address and SNMP community or user (docs/pdu.md)");
}

Finding outlets_cover_nodes(const Facts& facts) {
    if (!facts.now) return no_picture();
    std::set<std::string> fed;
    for (const auto& [name, device] : facts.now->devices) fed.merge(fed_by(device));
    if (fed.empty())
        return unknown("no PDU's outlets are mapped to nodes",
                       "write the outlets to frugald.toml (docs/pdu.md); budgets of PDUs and "
                       "breakers mean nothing without");
    Names without;
    for (const auto& node : facts.config.managed_nodes)
        if (!fed.contains(node)) without.push_back(node);
    if (without.empty()) return ok("every managed node is on a mapped outlet");
    return warn(some_nodes(without) + " of managed_nodes are on no mapped outlet",
                "add their outlets to the PDUs in frugald.toml (docs/pdu.md)");
}

Finding sums(const Facts& facts) {
    if (!facts.now) return no_picture();
    const auto sum = compare(*facts.now);
    if (sum.counted == 0 || sum.devices <= 0)
        return unknown("no PDU and all of its nodes are measured apart from each other",
                       "map all outlets of a PDU whose nodes have no second feed");
    const auto percent = (sum.nodes - sum.devices) * 100 / sum.devices;
    const auto text = fmt::format("{} PDUs measure {:.0f} W, their nodes {:.0f} W ({:+.1f} %)",
                                  sum.counted, sum.devices, sum.nodes, percent);
    if (std::abs(percent) > 15)
        return warn(text,
                    "look for a wrong outlet, an unmapped consumer, or a BMC that measures "
                    "badly; budgets count the larger value");
    return ok(text);
}

}  // namespace

std::span<const Check> pdu_checks() {
    static constexpr Check checks[] = {
        {"pdu-silent", silent},
        {"pdu-covers-nodes", outlets_cover_nodes},
        {"pdu-sum", sums},
    };
    return checks;
}

}  // namespace frugald::doctor
