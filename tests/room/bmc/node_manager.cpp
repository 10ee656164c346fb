#include "tests/room/bmc/node_manager.h"

#include <fmt/format.h>

#include <cmath>

#include "tests/room/bmc/command.h"

// Intel Intelligent Power Node Manager 2.0 to 3.0, External Interface Specification Using IPMI.
namespace frugald::room {

namespace {

constexpr std::array<std::uint8_t, 3> intel = {0x57, 0x01, 0x00};
constexpr auto no_such_policy = static_cast<Completion>(0x80);
constexpr auto no_such_domain = static_cast<Completion>(0x81);
constexpr auto unknown_trigger = static_cast<Completion>(0x82);
constexpr auto limit_out_of_range = static_cast<Completion>(0x84);
constexpr auto correction_out_of_range = static_cast<Completion>(0x85);
constexpr auto period_out_of_range = static_cast<Completion>(0x89);
constexpr std::uint32_t least_correction_ms = 500, most_correction_ms = 600000;
constexpr std::uint16_t least_period_s = 1, most_period_s = 3600;

unsigned whole_watts(double watts) {
    return static_cast<unsigned>(std::clamp(std::round(watts), 0.0, 65535.0));
}

NodeManager& manager_of(Node& node) {
    if (!node.node_manager) node.node_manager = std::make_unique<NodeManager>();
    return *node.node_manager;
}

void apply(CommandContext& context) {
    const PowerLimit limit = manager_of(context.node).limit();
    context.node.power.set_limit(limit, context.now, LimitOwner::node_manager);
}

unsigned least_watts(const Node& node) {
    return whole_watts(std::max(1.0, node.kind->power.idle_watts));
}
unsigned most_watts(const Node& node) {
    return whole_watts(std::max(node.kind->power.full_watts, node.kind->power.boot_watts));
}

/// C8h. Modes 01h and 11h: watts; no other is measured here.
Completion statistics(CommandContext& context, View request, Packet& answer) {
    constexpr unsigned global_power = 0x01, policy_power = 0x11;
    const unsigned mode = request[3] & 0x1f, domain = request[4] & 0x0f;
    if (mode != global_power && mode != policy_power) return static_cast<Completion>(0x88);
    if (domain != 0) return no_such_domain;
    Node& node = context.node;
    const bool about_policy = mode == policy_power;
    if (about_policy && !manager_of(node).find(request[5])) return no_such_policy;
    const double watts = node.power.watts(context.now);
    const PowerStatistics seen = node.power.statistics(context.now);
    const auto clock = std::chrono::system_clock::now().time_since_epoch();
    answer.put(intel);
    answer.put16(whole_watts(watts));
    answer.put16(whole_watts(std::min(watts, seen.least_watts)));
    answer.put16(whole_watts(std::max(watts, seen.most_watts)));
    answer.put16(whole_watts(seen.average_watts));
    answer.put32(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(clock).count()));
    answer.put32(60);
    const PowerLimit limit = manager_of(node).limit();
    const bool limiting = limit.active && watts >= limit.watts;
    answer.put8(0x70 | (limiting ? 0x80U : 0U));  // enabled, operational, measuring
    return Completion::ok;
}

/// C9h.
Completion capabilities(CommandContext& context, View request, Packet& answer) {
    if ((request[3] & 0x0f) != 0) return no_such_domain;
    if ((request[4] & 0x0f) != 0) return unknown_trigger;
    answer.put(intel);
    answer.put8(8);  // policies at once
    answer.put16(most_watts(context.node));
    answer.put16(least_watts(context.node));
    answer.put32(least_correction_ms);
    answer.put32(most_correction_ms);
    answer.put16(least_period_s);
    answer.put16(most_period_s);
    answer.put8(0x00);  // the platform, at the supplies' inputs
    return Completion::ok;
}

/// CAh: Node Manager 2.0.
Completion version(CommandContext&, View, Packet& answer) {
    answer.put(intel);
    answer.put8(0x03);
    answer.put8(0x02);
    answer.put8(0x00);
    answer.put16(0x0002);
    return Completion::ok;
}

/// C1h.
Completion set_policy(CommandContext& context, View request, Packet& answer) {
    Policy policy;
    policy.enabled = (request[3] & 0x10) != 0;
    policy.id = request[4];
    policy.trigger = request[5];
    policy.exceptions = request[6];
    policy.watts = little16(request, 7);
    policy.correction_ms = little32(request, 9);
    policy.trigger_limit = little16(request, 13);
    policy.period_s = little16(request, 15);
    if ((request[3] & 0x0f) != 0) return no_such_domain;
    NodeManager& manager = manager_of(context.node);
    answer.put(intel);
    if ((policy.trigger & 0x10) == 0) {
        manager.remove(policy.id);
        apply(context);
        return Completion::ok;
    }
    if ((policy.trigger & 0x0f) != 0) return unknown_trigger;
    const double least = context.node.faults.value(FaultKind::clamp);
    policy.watts = std::max(policy.watts, static_cast<std::uint16_t>(least));
    if (policy.watts < least_watts(context.node)) return limit_out_of_range;
    if (policy.correction_ms < least_correction_ms || policy.correction_ms > most_correction_ms)
        return correction_out_of_range;
    if (policy.period_s < least_period_s || policy.period_s > most_period_s)
        return period_out_of_range;
    const Policy* present = manager.find(policy.id);
    const bool changes =
        present && (present->watts != policy.watts || present->period_s != policy.period_s ||
                    present->correction_ms != policy.correction_ms);
    if (changes && present->enabled) return Completion::not_in_this_state;
    manager.put(policy);
    apply(context);
    return Completion::ok;
}

/// C2h. An unknown policy is answered with the next known one and how many there are.
Completion get_policy(CommandContext& context, View request, Packet& answer) {
    if ((request[3] & 0x0f) != 0) return no_such_domain;
    const NodeManager& manager = manager_of(context.node);
    const Policy* policy = manager.find(request[4]);
    answer.put(intel);
    if (!policy) {
        const Policy* next = manager.next(request[4]);
        answer.put8(next ? next->id : 0);
        answer.put8(static_cast<unsigned>(manager.count()));
        return no_such_policy;
    }
    answer.put8((policy->enabled ? 0x10U : 0U) | (manager.domain_enabled ? 0x20U : 0U) |
                (manager.enabled ? 0x40U : 0U));
    answer.put8(policy->trigger | 0x10U);  // a power control policy
    answer.put8(policy->exceptions);
    answer.put16(policy->watts);
    answer.put32(policy->correction_ms);
    answer.put16(policy->trigger_limit);
    answer.put16(policy->period_s);
    return Completion::ok;
}

/// C0h.
Completion control(CommandContext& context, View request, Packet& answer) {
    NodeManager& manager = manager_of(context.node);
    const unsigned what = request[3] & 0x0f;
    const bool on = (what & 1) != 0;
    if (what > 5) return Completion::invalid_field;
    if (what >= 2 && (request[4] & 0x0f) != 0) return no_such_domain;
    if (what >= 4 && !manager.find(request[5])) return no_such_policy;
    if (what < 2)
        manager.enabled = on;
    else if (what < 4)
        manager.domain_enabled = on;
    else
        manager.enable(request[5], on);
    apply(context);
    answer.put(intel);
    return Completion::ok;
}

Completion device_id(CommandContext&, View, Packet& answer) {
    answer.put8(0x50);
    answer.put8(0x01);
    answer.put16(0x0002);
    answer.put8(0x02);
    answer.put8(0x21);
    answer.put(intel);
    answer.put16(0x0b00);
    return Completion::ok;
}

constexpr std::array commands = {
    Command{oem_function, 0xc8, 2, 6, false, statistics},
    Command{oem_function, 0xc9, 2, 5, false, capabilities},
    Command{oem_function, 0xca, 2, 3, false, version},
    Command{oem_function, 0xc0, 4, 6, true, control},
    Command{oem_function, 0xc1, 4, 17, true, set_policy},
    Command{oem_function, 0xc2, 2, 5, false, get_policy},
    Command{app_function, 0x01, 2, 0, false, device_id},
};

}  // namespace

bool is_intels(View data) {
    return data.size() >= intel.size() && std::equal(intel.begin(), intel.end(), data.begin());
}

std::string describe_node_manager(std::uint8_t command, View data) {
    if (command == 0xc0) return fmt::format("nm_control {} policy={}", data[3] & 0x0f, data[5]);
    if ((data[5] & 0x10) == 0) return fmt::format("nm_remove {}", data[4]);
    return fmt::format("nm_policy {} {} correction_ms={} exceptions={}", data[4], little16(data, 7),
                       little32(data, 9), data[6]);
}

std::span<const Command> node_manager_commands() { return commands; }

}  // namespace frugald::room
