// N7, N3 and N10: how much may be done at once.

#include <fmt/format.h>

#include "daemon/engine/guard/rules.h"

namespace frugald::rules {

namespace {

/// With so few nodes known, nothing but what serves safety is done (safety.md, Modes).
constexpr unsigned frozen_below_percent = 55;

bool lowers_by_itself(const Action& action) {
    return action.kind == ActionKind::power_off || action.kind == ActionKind::power_soft ||
           action.kind == ActionKind::suspend;
}

}  // namespace

/// An administrator sees for himself what is missing.
Verdict telemetry_is_there(const Action& action, const GuardFacts& facts) {
    if (own_or_admin(action.actor)) return allowed();
    if (lowers_by_itself(action) && facts.fresh_percent < frozen_below_percent)
        return refused("N7",
                       fmt::format("only {} % of the nodes are known now: nothing is switched "
                                   "off below {} %",
                                   facts.fresh_percent, frozen_below_percent));
    if (action.actor == Actor::policy && facts.fresh_percent < facts.least_fresh_percent)
        return refused("N7", fmt::format("only {} % of the nodes are known now, policies need {} %",
                                         facts.fresh_percent, facts.least_fresh_percent));
    if (!raises_power(action.kind)) return allowed();
    for (const auto& feed : facts.feeds)
        if (feed.fresh_percent < facts.least_fresh_percent)
            return refused("N7",
                           fmt::format("only {} % of the nodes on {} are known now, {} % are "
                                       "needed to raise its power",
                                       feed.fresh_percent, feed.name, facts.least_fresh_percent));
    return allowed();
}

/// A breaker trips for an administrator too. The end of a lease is not held up: `feeds` is empty
/// for the daemon's own releases.
Verdict feeds_can_bear_it(const Action& action, const GuardFacts& facts) {
    if (!raises_power(action.kind)) return allowed();
    for (const auto& feed : facts.feeds)
        if (feed.expected > feed.limit)
            return refused("N3",
                           fmt::format("{} would be expected at {:.0f} W, {:.0f} W are allowed",
                                       feed.name, feed.expected.value, feed.limit.value));
    return allowed();
}

Verdict within_budgets(const Action& action, const GuardFacts& facts) {
    if (action.actor != Actor::policy) return allowed();
    for (const auto& budget : facts.budgets)
        if (budget.used >= budget.allowed)
            return refused("N10", fmt::format("{}: {} {}, {} allowed", budget.name, budget.used,
                                              budget.of, budget.allowed));
    return allowed();
}

}  // namespace frugald::rules
