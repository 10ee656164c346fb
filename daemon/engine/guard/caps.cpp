// N4 and N5: a limit has an owner and an end, and is the same on all nodes of a job.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "daemon/engine/guard/rules.h"

namespace frugald::rules {

namespace {

constexpr std::chrono::minutes between_changes{5};

}  // namespace

Verdict caps_have_an_end(const Action& action, const GuardFacts& facts) {
    if (action.kind != ActionKind::set_cap) return allowed();
    if (!action.lease_end || !action.cap) return refused("N4", "a cap needs watts and an end");
    if (action.actor_name.empty()) return refused("N4", "a cap needs an owner");
    if (*action.cap < facts.least_cap)
        return refused("N5", fmt::format("{} W is below the least cap, {} W", action.cap->value,
                                         facts.least_cap.value));
    return allowed();
}

/// The daemon's own releases put an end to what is uneven, so they are not held up.
Verdict caps_are_even(const Action& action, const GuardFacts& facts) {
    const bool changes =
        action.kind == ActionKind::set_cap || action.kind == ActionKind::release_cap;
    const bool by_daemon = action.actor == Actor::daemon;
    if (!changes || (by_daemon && action.kind == ActionKind::release_cap)) return allowed();
    if (!facts.shared_jobs.uneven.empty()) return refused("N5", facts.shared_jobs.uneven);
    if (by_daemon) return allowed();  // what was set is set again, however lately
    const auto since = facts.shared_jobs.since_change;
    if (since && *since < between_changes)
        return refused("N5",
                       fmt::format("the limit of a job on {} was changed {} ago, once in {} is "
                                   "allowed",
                                   action.node, *since, between_changes));
    return allowed();
}

}  // namespace frugald::rules
