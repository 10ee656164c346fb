// N2 and N1: no power is cut late, after a newer resume, or under a job.

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/engine/guard/rules.h"

namespace frugald::rules {

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

namespace {

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
    if (!facts.reservation.empty())
        return refused("N1",
                       fmt::format("{} is in the reservation {}", action.node, facts.reservation));
    if (action.kind == ActionKind::suspend) return allowed();  // Slurm itself gives it up then
    const bool given_up = node.powering_down || node.powered_down || node.base == NodeBase::down;
    if (!given_up && action.actor != Actor::admin)
        return refused(
            "N1", fmt::format("Slurm shows {} as {}: in service", action.node, node.state_text));
    // Between the look and the last act of a shutdown Slurm may start a job on it.
    if (!given_up && !node.drain && !node.fail)
        return refused("N1", fmt::format("Slurm shows {0} as {1} and may start a job on it at any "
                                         "moment: drain it first (scontrol update nodename={0} "
                                         "state=drain reason=...)",
                                         action.node, node.state_text));
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

}  // namespace

Verdict power_is_free(const Action& action, const GuardFacts& facts) {
    if (cuts_power(action.kind)) return nothing_runs_there(action, facts);
    if (action.kind != ActionKind::suspend) return allowed();
    if (const auto busy = nothing_runs_there(action, facts); !busy.allowed) return busy;
    if (!facts.node) return allowed();  // an administrator has accepted the loss
    return may_be_suspended(action, facts);
}

}  // namespace frugald::rules
