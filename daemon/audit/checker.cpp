#include "daemon/audit/checker.h"

#include <algorithm>

#include "daemon/audit/rule.h"

namespace frugald::audit {

Findings check(const History& history) {
    Findings findings;
    std::vector<std::unique_ptr<Rule>> rules;
    for (const auto make : {busy_nodes_stay_on, no_late_off, no_storm, caps_have_an_end, even_caps,
                            caps_do_no_harm, no_rise_in_the_dark, only_managed_nodes,
                            the_right_machine, within_budgets, only_when_allowed})
        rules.push_back(make(findings));
    Facts facts;
    for (const auto& record : history.records) {
        facts.take(record);
        for (const auto& rule : rules) rule->see(record, facts);
    }
    if (!history.records.empty())
        for (const auto& rule : rules) rule->finish(history.records.back(), facts);
    std::ranges::stable_sort(findings.violations, {}, &Violation::line);
    return findings;
}

std::string to_text(const Violation& violation) {
    return fmt::format("{} line {} {}{}{}: {}", violation.rule, violation.line,
                       iso8601(from_unix_ms(violation.wall_ms)), violation.node.empty() ? "" : " ",
                       violation.node, violation.text);
}

}  // namespace frugald::audit
