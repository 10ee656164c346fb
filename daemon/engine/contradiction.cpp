#include "daemon/engine/contradiction.h"

#include <fmt/format.h>

namespace frugald {

namespace {

/// More than a BMC, its fans and a power supply at rest draw.
constexpr double surely_on_watts = 100;

std::string drawing(const Node& node) {
    const bool known = node.power && node.power->quality == Quality::good;
    return known ? fmt::format(" and draws {:.0f} W", node.power->value) : "";
}

Contradiction powered_down_but_on(const Node& node) {
    return {Disagreement::on_though_powered_down,
            fmt::format("Slurm shows {} as {}, but its chassis is on{}", node.name,
                        node.scheduler->state_text, drawing(node)),
            fmt::format("to use it: scontrol update nodename={0} state=power_up; to switch it off: "
                        "frugalctl power off {0}",
                        node.name)};
}

Contradiction in_service_but_off(const Node& node) {
    return {Disagreement::off_though_in_service,
            fmt::format("Slurm shows {} as {}, but its chassis is off", node.name,
                        node.scheduler->state_text),
            fmt::format("frugalctl power on {0}; if Slurm keeps it down: scontrol update "
                        "nodename={0} state=resume",
                        node.name)};
}

Contradiction stuck(const Node& node, bool down, std::chrono::seconds limit) {
    const char* way = down ? "powering down" : "powering up";
    const auto kind = down ? Disagreement::stuck_powering_down : Disagreement::stuck_powering_up;
    return {
        kind,
        fmt::format("Slurm shows {} as {}: {} for longer than its time-out of {} s, chassis {}",
                    node.name, node.scheduler->state_text, way, limit.count(),
                    to_string(node.chassis)),
        fmt::format("scontrol update nodename={0} state=down reason=stuck; then scontrol update "
                    "nodename={0} state=power_up",
                    node.name),
        limit, true};
}

bool gave_up_boot(const SchedulerNode& slurm) {
    return slurm.base == NodeBase::down && slurm.reason.find("ResumeTimeout") != std::string::npos;
}

std::optional<Contradiction> by_slurm(const Node& node, const SchedulerView& view) {
    const SchedulerNode& slurm = *node.scheduler;
    if (slurm.powering_down) return stuck(node, true, view.suspend_timeout_of(slurm));
    if (slurm.powering_up) return stuck(node, false, view.resume_timeout_of(slurm));
    if (gave_up_boot(slurm))
        return Contradiction{
            Disagreement::down_after_resume,
            fmt::format("Slurm gave {} up after ResumeTimeout ({}), chassis {}", node.name,
                        slurm.state_text, to_string(node.chassis)),
            fmt::format("look at its console; then scontrol update nodename={} state=power_up",
                        node.name),
            {},
            true};
    if (slurm.powered_down && node.chassis == Chassis::on) return powered_down_but_on(node);
    // A restarted slurmctld that has forgotten a suspend waits for the node.
    const bool waited_for =
        slurm.base == NodeBase::unknown || (slurm.base == NodeBase::down && slurm.no_respond);
    const bool counted_on = waited_for || slurm.base == NodeBase::idle ||
                            slurm.base == NodeBase::mixed || slurm.base == NodeBase::allocated;
    if (!slurm.powered_down && counted_on && node.chassis == Chassis::off)
        return in_service_but_off(node);
    return std::nullopt;
}

}  // namespace

std::optional<Contradiction> contradiction(const Node& node, const SchedulerView& view) {
    if (!node.managed || node.intent) return std::nullopt;
    if (!node.scheduler)
        return Contradiction{Disagreement::missing_in_slurm,
                             fmt::format("{} is in managed_nodes, but not in Slurm's answer; it "
                                         "counts as busy",
                                         node.name),
                             "correct managed_nodes, or Slurm's configuration"};
    if (auto found = by_slurm(node, view)) return found;
    const bool draws =
        node.power && node.power->quality == Quality::good && node.power->value > surely_on_watts;
    if (node.chassis == Chassis::off && draws)
        return Contradiction{Disagreement::draws_though_off,
                             fmt::format("the chassis of {} is off, but it draws {:.0f} W by {}",
                                         node.name, node.power->value, node.power->source),
                             "look which outlets feed it, and whether its BMC is its own"};
    return std::nullopt;
}

}  // namespace frugald
