#include "daemon/policy/power_off_idle.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace frugald {

namespace {

bool in_any(const std::vector<std::string>& partitions, const SchedulerNode& node) {
    return partitions.empty() || std::ranges::any_of(node.partitions, [&](const auto& partition) {
               return std::ranges::find(partitions, partition) != partitions.end();
           });
}

/// Idle, up, and free to be taken by any job: it can serve as a spare.
bool available(const Node& node) {
    const auto& slurm = node.scheduler;
    return slurm && slurm->serves_idle() && !slurm->planned && !node.intent &&
           node.chassis == Chassis::on;
}

}  // namespace

Actions PowerOffIdle::decide(const Snapshot& now) const {
    if (!now.scheduler) return {};
    const auto& excluded = now.scheduler->suspend_excluded_nodes;
    std::vector<std::pair<SteadyTime, const Node*>> idle;
    for (const auto& [name, node] : now.nodes)
        if (available(node) && node.idle_since && in_any(settings_.partitions, *node.scheduler))
            idle.emplace_back(*node.idle_since, &node);
    std::ranges::stable_sort(idle, {}, &std::pair<SteadyTime, const Node*>::first);
    std::size_t may_go = idle.size() > settings_.spare ? idle.size() - settings_.spare : 0;
    Actions actions;
    for (const auto& [since, node] : idle) {
        if (may_go == 0) break;
        const auto lasted = std::chrono::floor<std::chrono::seconds>(now.at.steady - since);
        if (lasted < settings_.idle_for) break;
        if (!node->managed || node->hold) continue;
        if (std::ranges::find(excluded, node->name) != excluded.end()) continue;
        --may_go;
        Action action;
        action.kind = ActionKind::suspend;
        action.node = node->name;
        action.actor = Actor::policy;
        action.actor_name = "idle";
        action.reason = fmt::format("idle for {} (limit {}), {} idle nodes, {} kept", lasted,
                                    settings_.idle_for, idle.size(), settings_.spare);
        actions.push_back(std::move(action));
    }
    return actions;
}

}  // namespace frugald
