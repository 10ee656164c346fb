#include "tests/room/inventory.h"

#include <fmt/format.h>

#include "daemon/core/nodeset.h"

namespace frugald::room {

Meter* Inventory::find_meter(std::string_view name) {
    for (Meter& meter : meters)
        if (meter.name == name) return &meter;
    return nullptr;
}

Result<Inventory::Devices> Inventory::select_devices(std::string_view nodeset) {
    Devices chosen;
    if (nodeset == "all") {
        for (Node& node : nodes) chosen.nodes.push_back(&node);
        return chosen;
    }
    const auto wanted = expand_nodeset(nodeset);
    if (!wanted) return tl::unexpected<Error>(wanted.error());
    for (const std::string& name : *wanted) {
        const auto pdu = pdu_names.find(name);
        if (Node* node = find(name); node != nullptr)
            chosen.nodes.push_back(node);
        else if (pdu != pdu_names.end())
            chosen.pdus.push_back(&pdus[pdu->second]);
        else if (Meter* meter = find_meter(name); meter != nullptr)
            chosen.meters.push_back(meter);
        else
            return fail(Fault::invalid, fmt::format("nothing in this room is named {}", name));
    }
    return chosen;
}

Result<std::vector<Node*>> Inventory::select(std::string_view nodeset) {
    auto chosen = select_devices(nodeset);
    if (!chosen) return tl::unexpected<Error>(chosen.error());
    if (!chosen->pdus.empty() || !chosen->meters.empty())
        return fail(Fault::invalid, fmt::format("{} names more than nodes", nodeset));
    return std::move(chosen->nodes);
}

}  // namespace frugald::room
