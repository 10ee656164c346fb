#include "daemon/engine/guard.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace frugald {

namespace {

using std::chrono::milliseconds;

Verdict allowed() { return {}; }
Verdict refused(std::string rule, std::string why) {
    return {false, std::move(rule), std::move(why)};
}

bool cuts_power(ActionKind kind) {
    return kind == ActionKind::power_off || kind == ActionKind::power_soft ||
           kind == ActionKind::power_cycle;
}

Verdict only_managed_nodes(const Action& action, const GuardFacts& facts) {
    if (!facts.protected_why.empty())
        return refused("N8",
                       fmt::format("{} is never touched: {}", action.node, facts.protected_why));
    if (!facts.managed)
        return refused("N8", fmt::format("{} is not in managed_nodes", action.node));
    return allowed();
}

Verdict not_while_held(const Action& action, const GuardFacts& facts) {
    if (facts.hold_all) return refused("N11", fmt::format("hold: {}", *facts.hold_all));
    if (facts.node_hold && action.actor != Actor::admin)
        return refused("N11", fmt::format("{} is held by {}: {}", action.node,
                                          facts.node_hold->owner, facts.node_hold->reason));
    return allowed();
}

/// The daemon's own doing is only what it does to undo itself: releasing leases, finishing.
Verdict mode_allows(const Action& action, const GuardFacts& facts) {
    if (action.actor == Actor::admin || action.actor == Actor::daemon) return allowed();
    if (facts.mode == Mode::observe || facts.mode == Mode::advise)
        return refused("N11", fmt::format("mode {} does not act", to_string(facts.mode)));
    return allowed();
}

Verdict settled(const Action& action, const GuardFacts& facts) {
    if (action.actor == Actor::admin || action.actor == Actor::daemon) return allowed();
    if (facts.bmc_rounds < facts.settle_rounds)
        return refused("N11", fmt::format("{} of {} polling rounds of the BMC since start",
                                          facts.bmc_rounds, facts.settle_rounds));
    const bool wakes = action.kind == ActionKind::power_on;
    if (!wakes && facts.scheduler_configured && facts.scheduler_rounds < facts.settle_rounds)
        return refused("N11", fmt::format("{} of {} readings of the scheduler since start",
                                          facts.scheduler_rounds, facts.settle_rounds));
    return allowed();
}

Verdict newest_and_in_time(const Action& action, const GuardFacts& facts) {
    if (!facts.intent) return allowed();
    const auto& intent = *facts.intent;
    if (intent.generation != intent.newest)
        return refused("N2", fmt::format("request {} was overtaken by request {}",
                                         intent.generation, intent.newest));
    if (cuts_power(action.kind) && facts.now.reached(intent.deadline))
        return refused("N2",
                       fmt::format("the deadline {} has passed", iso8601(intent.deadline.wall)));
    return allowed();
}

/// Slurm has to have given the node up before its power is cut.
Verdict scheduler_gave_it_up(const Action& action, const GuardFacts& facts) {
    const SchedulerNode& node = *facts.node;
    if (facts.intent && facts.intent->resuming) {
        if (action.kind != ActionKind::power_cycle)
            return refused("N1", "a resume never switches off, but to cycle");
        if (!node.powering_up)
            return refused("N1", fmt::format("cycle, but Slurm shows {} as {}, not powering up",
                                             action.node, node.state_text));
        return allowed();
    }
    if (node.powering_up || node.power_up)
        return refused("N2", fmt::format("Slurm is powering {} up", action.node));
    if (node.in_use())
        return refused("N1", fmt::format("Slurm shows {} as {}", action.node, node.state_text));
    if (node.maint || node.reserved || node.reboot)
        return refused("N1", fmt::format("{} is in a reservation, maintenance or reboot ({})",
                                         action.node, node.state_text));
    const bool given_up = node.powering_down || node.powered_down || node.base == NodeBase::down;
    if (action.actor == Actor::hook && !given_up)
        return refused(
            "N1", fmt::format("Slurm shows {} as {}: in service", action.node, node.state_text));
    return allowed();
}

Verdict nothing_runs_there(const Action& action, const GuardFacts& facts) {
    const bool by_resume = facts.intent && facts.intent->resuming;
    if (action.actor == Actor::admin && action.accept_job_loss) return allowed();
    if (!facts.scheduler_failure.empty())
        return refused("N1", "Slurm cannot be asked: " + facts.scheduler_failure);
    if (!facts.scheduler_age)
        return refused("N1", "Slurm was never read, so every node counts as busy");
    if (*facts.scheduler_age > facts.max_scheduler_age)
        return refused("N1", fmt::format("Slurm's state is {} old, {} allowed",
                                         *facts.scheduler_age, facts.max_scheduler_age));
    if (!facts.node)
        return refused("N1",
                       fmt::format("Slurm does not know {}, so it counts as busy", action.node));
    if (!facts.jobs.empty() && !by_resume)
        return refused("N1",
                       fmt::format("job {} is on {}", fmt::join(facts.jobs, ", "), action.node));
    return scheduler_gave_it_up(action, facts);
}

/// What Slurm or an administrator has set apart is not suspended: an explicit power-down removes
/// a drain, and the exclusions bind only Slurm's own timer.
Verdict may_be_suspended(const Action& action, const GuardFacts& facts) {
    const SchedulerNode& node = *facts.node;
    if (node.drain || node.fail || node.maint || node.reserved || node.reboot)
        return refused("N1",
                       fmt::format("{} is set apart in Slurm ({})", action.node, node.state_text));
    if (node.base != NodeBase::idle)
        return refused("N1", fmt::format("{} is {}, not idle", action.node, node.state_text));
    return allowed();
}

Verdict power_is_free(const Action& action, const GuardFacts& facts) {
    if (cuts_power(action.kind)) return nothing_runs_there(action, facts);
    if (action.kind != ActionKind::suspend) return allowed();
    if (const auto busy = nothing_runs_there(action, facts); !busy.allowed) return busy;
    if (!facts.node) return allowed();  // an administrator has accepted the loss
    return may_be_suspended(action, facts);
}

Verdict within_budget(const Action& action, const GuardFacts& facts) {
    if (action.actor != Actor::policy || action.kind != ActionKind::suspend) return allowed();
    if (facts.mode == Mode::enforce && facts.offs_allowed == 0) return allowed();
    if (facts.offs_lately >= facts.offs_allowed)
        return refused("N10", fmt::format("{} nodes suspended in the last 10 min, {} allowed",
                                          facts.offs_lately, facts.offs_allowed));
    return allowed();
}

Verdict caps_have_an_end(const Action& action, const GuardFacts& facts) {
    if (action.kind != ActionKind::set_cap) return allowed();
    if (!action.lease_end || !action.cap) return refused("N4", "a cap needs watts and an end");
    if (*action.cap < facts.least_cap)
        return refused("N5", fmt::format("{} W is below the least cap, {} W", action.cap->value,
                                         facts.least_cap.value));
    return allowed();
}

}  // namespace

Verdict guard(const Action& action, const GuardFacts& facts) {
    using Rule = Verdict (*)(const Action&, const GuardFacts&);
    static constexpr std::array<Rule, 8> rules{
        only_managed_nodes, not_while_held, mode_allows,   settled,
        newest_and_in_time, power_is_free,  within_budget, caps_have_an_end};
    for (const Rule rule : rules)
        if (auto verdict = rule(action, facts); !verdict.allowed) return verdict;
    return allowed();
}

}  // namespace frugald
