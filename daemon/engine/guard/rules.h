#pragma once

#include "daemon/engine/guard/guard.h"

/// The guard's rules, for guard.cpp and the tests. Each is pure and knows nothing of the others.
namespace frugald::rules {

inline Verdict allowed() { return {}; }
inline Verdict refused(std::string rule, std::string why) {
    return {false, std::move(rule), std::move(why)};
}

/// Takes the node's power away, for good or for a moment.
inline bool cuts_power(ActionKind kind) {
    return kind == ActionKind::power_off || kind == ActionKind::power_soft ||
           kind == ActionKind::power_cycle;
}
/// Lets a node draw more than it does.
inline bool raises_power(ActionKind kind) {
    return kind == ActionKind::power_on || kind == ActionKind::release_cap ||
           kind == ActionKind::wake;
}
/// What the daemon does to undo its own doing, and what an administrator wants.
inline bool own_or_admin(Actor actor) { return actor == Actor::admin || actor == Actor::daemon; }

// permission.cpp
Verdict only_managed_nodes(const Action& action, const GuardFacts& facts);
Verdict only_known_machines(const Action& action, const GuardFacts& facts);
Verdict not_while_held(const Action& action, const GuardFacts& facts);
Verdict mode_allows(const Action& action, const GuardFacts& facts);
Verdict window_is_open(const Action& action, const GuardFacts& facts);
Verdict settled(const Action& action, const GuardFacts& facts);
// request.cpp
Verdict newest_and_in_time(const Action& action, const GuardFacts& facts);
Verdict power_is_free(const Action& action, const GuardFacts& facts);
// amount.cpp
Verdict telemetry_is_there(const Action& action, const GuardFacts& facts);
Verdict feeds_can_bear_it(const Action& action, const GuardFacts& facts);
Verdict within_budgets(const Action& action, const GuardFacts& facts);
// caps.cpp
Verdict caps_have_an_end(const Action& action, const GuardFacts& facts);
Verdict caps_are_even(const Action& action, const GuardFacts& facts);

}  // namespace frugald::rules
