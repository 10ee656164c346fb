// N8, N9 and N11: whether anything may be done to this node at all, by this actor, now.

#include <fmt/format.h>

#include "daemon/engine/guard/rules.h"

namespace frugald::rules {

Verdict only_managed_nodes(const Action& action, const GuardFacts& facts) {
    if (!facts.protected_why.empty())
        return refused("N8",
                       fmt::format("{} is never touched: {}", action.node, facts.protected_why));
    if (!facts.managed)
        return refused("N8", fmt::format("{} is not in managed_nodes", action.node));
    return allowed();
}

/// Cannot be forced: whoever accepts the loss of a job accepts that of its own node's.
Verdict only_known_machines(const Action&, const GuardFacts& facts) {
    if (facts.identity.empty()) return allowed();
    return refused("N9", facts.identity);
}

Verdict not_while_held(const Action& action, const GuardFacts& facts) {
    if (facts.hold_all) return refused("N11", fmt::format("hold: {}", *facts.hold_all));
    if (!facts.node_hold || own_or_admin(action.actor)) return allowed();
    const bool wakes = action.actor == Actor::hook && class_of(action.kind) == ActionClass::on;
    if (!wakes || facts.node_hold->owner != hands_off_owner)
        return refused("N11", fmt::format("{} is held by {}: {}", action.node,
                                          facts.node_hold->owner, facts.node_hold->reason));
    return allowed();
}

/// The daemon's own doing is only what it does to undo itself: releasing leases, finishing.
Verdict mode_allows(const Action& action, const GuardFacts& facts) {
    if (own_or_admin(action.actor)) return allowed();
    const bool as_planned = facts.mode == Mode::advise && facts.approved;
    if (facts.mode < Mode::guarded && !as_planned)
        return refused("N11", fmt::format("mode {} does not act", to_string(facts.mode)));
    // A resume goes on: nodes fail on.
    if (!facts.demoted.empty() && class_of(action.kind) != ActionClass::on)
        return refused("N11", fmt::format("frugald has demoted itself: {}", facts.demoted));
    return allowed();
}

Verdict window_is_open(const Action& action, const GuardFacts& facts) {
    if (action.actor != Actor::policy || facts.closed_window.empty()) return allowed();
    return refused("N11", facts.closed_window);
}

Verdict settled(const Action& action, const GuardFacts& facts) {
    if (own_or_admin(action.actor)) return allowed();
    if (facts.bmc_rounds < facts.settle_rounds)
        return refused("N11", fmt::format("{} of {} polling rounds of the BMC since start",
                                          facts.bmc_rounds, facts.settle_rounds));
    const bool wakes = action.kind == ActionKind::power_on;
    if (!wakes && facts.scheduler_configured && facts.scheduler_rounds < facts.settle_rounds)
        return refused("N11", fmt::format("{} of {} readings of the scheduler since start",
                                          facts.scheduler_rounds, facts.settle_rounds));
    return allowed();
}

}  // namespace frugald::rules
