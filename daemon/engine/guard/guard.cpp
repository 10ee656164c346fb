#include "daemon/engine/guard/guard.h"

#include <array>

#include "daemon/engine/guard/rules.h"

namespace frugald {

namespace {

constexpr std::array<GuardRule, 13> all_rules{{
    {"N8", rules::only_managed_nodes},
    {"N9", rules::only_known_machines},
    {"N11", rules::not_while_held},
    {"N11", rules::mode_allows},
    {"N11", rules::window_is_open},
    {"N11", rules::settled},
    {"N2", rules::newest_and_in_time},
    {"N1", rules::power_is_free},
    {"N7", rules::telemetry_is_there},
    {"N3", rules::feeds_can_bear_it},
    {"N10", rules::within_budgets},
    {"N4", rules::caps_have_an_end},
    {"N5", rules::caps_are_even},
}};

}  // namespace

std::span<const GuardRule> guard_rules() { return all_rules; }

Verdict guard(const Action& action, const GuardFacts& facts) {
    for (const auto& rule : all_rules)
        if (auto verdict = rule.ask(action, facts); !verdict.allowed) return verdict;
    return rules::allowed();
}

}  // namespace frugald
