#include <algorithm>
#include <cmath>

#include "tests/room/bmc/command.h"

namespace frugald::room {

namespace {

/// Requests and answers begin with DCMI's group extension number.
constexpr std::uint8_t dcmi = 0xdc;

unsigned whole_watts(double watts) {
    return static_cast<unsigned>(std::clamp(std::round(watts), 0.0, 65535.0));
}

/// DCMI 1.5, 6.1.1: one parameter each.
Completion capabilities(CommandContext&, View request, Packet& answer) {
    answer.put8(dcmi);
    answer.put16(0x0501);  // version 1.5
    answer.put8(0x02);
    switch (request[1]) {
        case 1:  // power management; in-band access beside the LAN
            answer.fill(1);
            answer.put8(0x01);
            answer.put8(0x01);
            return Completion::ok;
        case 2:  // event log without entries; GUID and asset tag; temperatures each second
            answer.fill(2);
            answer.put8(0x05);
            answer.fill(1);
            answer.put8(0x01);
            return Completion::ok;
        case 3:  // power is measured by the BMC itself, channel 0
            answer.put8(0x20);
            answer.put8(0x00);
            return Completion::ok;
        case 4:  // primary LAN channel; no second, no serial
            answer.put8(0x01);
            answer.put16(0xffff);
            return Completion::ok;
        case 5:  // no rolling averages
            answer.put8(0);
            return Completion::ok;
        default:
            answer.clear();
            return Completion::invalid_field;
    }
}

double told_watts(Node& node, TimePoint now) {
    if (node.faults.has(FaultKind::dcmi_watts)) return node.faults.value(FaultKind::dcmi_watts);
    if (!node.faults.has(FaultKind::dcmi_count)) return node.power.watts(now);
    // Who was asked, and for the how manyth time: an answer in the wrong place is recognised.
    const auto count = static_cast<unsigned>(node.faults.value(FaultKind::dcmi_count));
    node.faults.set(FaultKind::dcmi_count, (count + 1) % 64);
    return 64 * (1 + node.index % 1000) + count;
}

Completion power_reading(CommandContext& context, View request, Packet& answer) {
    constexpr std::uint8_t system_power = 1;
    if (request[1] != system_power) return Completion::invalid_field;
    Node& node = context.node;
    if (const double left = node.faults.value(FaultKind::dcmi_empty); left > 0) {
        node.faults.set(FaultKind::dcmi_empty, left - 1);
        answer.put8(dcmi);
        return Completion::ok;
    }
    const double watts = told_watts(node, context.now);
    const PowerStatistics statistics = node.power.statistics(context.now);
    const auto on_for = context.now - node.power.switched_on_at();
    const auto clock = std::chrono::system_clock::now().time_since_epoch();
    answer.put8(dcmi);
    answer.put16(whole_watts(watts));
    answer.put16(whole_watts(std::min(watts, statistics.least_watts)));
    answer.put16(whole_watts(std::max(watts, statistics.most_watts)));
    answer.put16(whole_watts(statistics.average_watts));
    answer.put32(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(clock).count()));
    answer.put32(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(on_for).count()));
    const bool measuring = !node.faults.has(FaultKind::dcmi_inactive);
    answer.put8(measuring ? 0x40 : 0x00);
    return Completion::ok;
}

Completion get_limit(CommandContext& context, View, Packet& answer) {
    const PowerLimit& limit = context.node.power.limit();
    answer.put8(dcmi);
    answer.put16(0);
    answer.put8(limit.exception_action);
    answer.put16(limit.watts);
    answer.put32(limit.correction_ms);
    answer.put16(0);
    answer.put16(limit.sampling_s);
    return limit.active ? Completion::ok : Completion::parameter_unsupported;
}

Completion set_limit(CommandContext& context, View request, Packet& answer) {
    constexpr auto limit_out_of_range = static_cast<Completion>(0x84);
    constexpr auto correction_out_of_range = static_cast<Completion>(0x85);
    constexpr auto sampling_out_of_range = static_cast<Completion>(0x89);
    PowerLimit limit = context.node.power.limit();
    limit.exception_action = request[4];
    limit.watts = little16(request, 5);
    limit.correction_ms = little32(request, 7);
    limit.sampling_s = little16(request, 13);
    if (limit.watts == 0) return limit_out_of_range;
    if (limit.correction_ms == 0) return correction_out_of_range;
    if (limit.sampling_s == 0) return sampling_out_of_range;
    const double least = context.node.faults.value(FaultKind::clamp);
    limit.watts = std::max(limit.watts, static_cast<std::uint16_t>(least));
    context.node.power.set_limit(limit, context.now);
    answer.put8(dcmi);
    return Completion::ok;
}

Completion activate_limit(CommandContext& context, View request, Packet& answer) {
    PowerLimit limit = context.node.power.limit();
    limit.active = (request[1] & 1) != 0;
    if (limit.active && limit.watts == 0) return Completion::not_in_this_state;
    context.node.power.set_limit(limit, context.now);
    answer.put8(dcmi);
    return Completion::ok;
}

/// The node's name: who stands in front of the wrong machine can see it.
Completion asset_tag(CommandContext& context, View request, Packet& answer) {
    const View name = as_bytes(context.node.name);
    const std::size_t from = std::min<std::size_t>(request[1], name.size());
    const std::size_t size = std::min<std::size_t>({request[2], 16U, name.size() - from});
    answer.put8(dcmi);
    answer.put8(static_cast<unsigned>(name.size()));
    answer.put(name.subspan(from, size));
    return Completion::ok;
}

Completion sensor_info(CommandContext& context, View request, Packet& answer) {
    constexpr std::size_t most_ids = 8;
    const auto ids = context.node.sensors().record_ids(request[2]);
    const std::size_t instance = request[3], start = request[4];
    std::size_t from = std::min(ids.size(), start == 0 ? 0 : start - 1);
    std::size_t count = std::min(most_ids, ids.size() - from);
    if (instance != 0) {
        from = std::min(ids.size(), instance - 1);
        count = std::min<std::size_t>(1, ids.size() - from);
    }
    answer.put8(dcmi);
    answer.put8(static_cast<unsigned>(ids.size()));
    answer.put8(static_cast<unsigned>(count));
    for (std::size_t i = 0; i < count; ++i) answer.put16(ids[from + i]);
    return Completion::ok;
}

constexpr std::array commands = {
    Command{group_function, 0x02, 2, 4, false, power_reading},
    Command{group_function, 0x01, 2, 2, false, capabilities},
    Command{group_function, 0x03, 2, 1, false, get_limit},
    Command{group_function, 0x04, 4, 15, true, set_limit},
    Command{group_function, 0x05, 4, 2, true, activate_limit},
    Command{group_function, 0x06, 2, 3, false, asset_tag},
    Command{group_function, 0x07, 2, 5, false, sensor_info},
    Command{group_function, 0x09, 2, 3, false, asset_tag},
};

}  // namespace

std::span<const Command> dcmi_commands() { return commands; }

}  // namespace frugald::room
