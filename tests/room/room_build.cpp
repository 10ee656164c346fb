#include <fmt/format.h>

#include <map>

#include "tests/room/pdu/live_mib.h"
#include "tests/room/pdu/recording.h"
#include "tests/room/room.h"

namespace frugald::room {

Result<void> Room::build() {
    if (const auto added = add_nodes(); !added) return added;
    if (const auto added = add_pdus(); !added) return added;
    if (const auto added = add_meters(); !added) return added;
    if (plan_.control.empty()) return {};
    auto control = ControlServer::open(
        loop_, plan_.control,
        [this](const std::vector<std::string>& words) { return commands_.run(words); });
    if (!control) return tl::unexpected<Error>(control.error());
    control_ = std::move(*control);
    return {};
}

Result<void> Room::add_nodes() {
    std::size_t total = 0;
    for (const BmcPlan& bmcs : plan_.bmcs) total += bmcs.nodes.size();
    inventory_.nodes.reserve(total);
    std::vector<Node*> start;
    for (const BmcPlan& bmcs : plan_.bmcs) {
        const auto socket = socket_at(bmcs.port);
        if (!socket) return tl::unexpected<Error>(socket.error());
        const auto first = static_cast<std::uint32_t>(inventory_.nodes.size());
        bmc_ranges_.push_back(
            {bmcs.address, static_cast<std::uint32_t>(bmcs.nodes.size()), first, bmcs.port});
        for (const std::string& name : bmcs.nodes) {
            const auto index = static_cast<std::uint32_t>(inventory_.nodes.size());
            const bool on_now = bmcs.powered && bmcs.kind.machine.empty();
            Node& node = inventory_.nodes.emplace_back(
                name, index, bmcs.kind, mix(plan_.seed ^ (index + 1ULL)), on_now, loop_.now());
            node.restart_bmc(loop_.now(), Seconds(0));
            if (!inventory_.names.emplace(node.name, index).second)
                return fail(Fault::invalid, fmt::format("node {} is in two [[bmcs]]", name));
            if (bmcs.powered && !on_now) start.push_back(&node);
        }
    }
    for (Node* node : start) chassis_.command(*node, ChassisAction::on);
    return {};
}

/// On how many outlets of the room each node hangs.
std::map<std::string, unsigned> Room::count_plugs() const {
    std::map<std::string, unsigned> plugs;
    for (const PduPlan& pdus : plan_.pdus)
        for (const std::string& node : pdus.outlets) ++plugs[node];
    return plugs;
}

Result<std::unique_ptr<PduLoad>> Room::load_of(const PduPlan& plan, std::size_t number) {
    const std::size_t each = (plan.outlets.size() + plan.names.size() - 1) / plan.names.size();
    auto load = std::make_unique<PduLoad>();
    load->name = plan.names[number];
    load->phases = plan.phases;
    load->volts = plan.volts;
    load->rating_amperes = plan.rating_amperes;
    load->started = loop_.now();
    for (std::size_t i = number * each; i < plan.outlets.size() && i < (number + 1) * each; ++i) {
        Node* node = inventory_.find(plan.outlets[i]);
        if (node == nullptr)
            return fail(Fault::invalid, fmt::format("outlets of {}: no node {} in this room",
                                                    load->name, plan.outlets[i]));
        load->outlets.push_back({node, 1.0 / plugs_.at(node->name)});
    }
    if (load->outlets.size() < plan.outlet_count) load->outlets.resize(plan.outlet_count);
    return load;
}

Result<void> Room::add_pdus() {
    plugs_ = count_plugs();
    std::size_t total = 0;
    for (const PduPlan& pdus : plan_.pdus) total += pdus.names.size();
    inventory_.pdus.reserve(total);
    for (const PduPlan& plan : plan_.pdus) {
        const auto socket = socket_at(plan.port);
        if (!socket) return tl::unexpected<Error>(socket.error());
        pdu_ranges_.push_back({plan.address, static_cast<std::uint32_t>(plan.names.size()),
                               static_cast<std::uint32_t>(inventory_.pdus.size()), plan.port});
        if (const auto added = add_pdus_of(plan); !added) return added;
    }
    return {};
}

Result<void> Room::add_pdus_of(const PduPlan& plan) {
    std::shared_ptr<const Mib> recording;
    if (!plan.recording.empty()) {
        auto loaded = load_recording(plan.recording);
        if (!loaded) return tl::unexpected<Error>(loaded.error());
        recording = std::move(*loaded);
    }
    // layouts are large and the same for PDUs with as many outlets
    std::map<std::size_t, std::shared_ptr<const MibLayout>> layouts;
    for (std::size_t number = 0; number < plan.names.size(); ++number) {
        Pdu& pdu = inventory_.pdus.emplace_back();
        pdu.name = plan.names[number];
        pdu.community = plan.community;
        const auto index = static_cast<std::uint32_t>(inventory_.pdus.size() - 1);
        if (inventory_.names.contains(pdu.name) ||
            !inventory_.pdu_names.emplace(pdu.name, index).second)
            return fail(Fault::invalid, fmt::format("two devices are named {}", pdu.name));
        if (recording) {
            pdu.mib = recording;
            continue;
        }
        auto load = load_of(plan, number);
        if (!load) return tl::unexpected<Error>(load.error());
        pdu.load = std::move(*load);
        auto& layout = layouts[pdu.load->outlets.size()];
        if (!layout) layout = std::make_shared<const MibLayout>(find_layout(plan.shape)(*pdu.load));
        pdu.mib = make_live_mib(layout, *pdu.load);
    }
    return {};
}

Result<void> Room::add_meters() {
    inventory_.meters.reserve(plan_.meters.size());
    for (const MeterPlan& plan : plan_.meters) {
        if (inventory_.find(plan.name) != nullptr || inventory_.pdu_names.contains(plan.name) ||
            inventory_.find_meter(plan.name) != nullptr)
            return fail(Fault::invalid, fmt::format("two devices are named {}", plan.name));
        Meter& meter = inventory_.meters.emplace_back();
        meter.name = plan.name;
        meter.overhead = plan.overhead;
        meter.start_watt_hours = plan.start_watt_hours;
        meter.unit = plan.unit;
        for (const std::string& name : plan.nodes) {
            Node* node = inventory_.find(name);
            if (node == nullptr)
                return fail(Fault::invalid,
                            fmt::format("nodes of {}: no node {} in this room", plan.name, name));
            meter.nodes.push_back(node);
        }
        if (plan.nodes.empty())
            for (Node& node : inventory_.nodes) meter.nodes.push_back(&node);
        auto server = ModbusServer::open(loop_, meter, plan.address, plan.port);
        if (!server) return tl::unexpected<Error>(server.error());
        modbus_.push_back(std::move(*server));
    }
    return {};
}

}  // namespace frugald::room
