#include <fmt/format.h>

#include <fstream>

#include "daemon/audit/checker.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

Json to_json(const audit::History& history, const audit::Findings& findings) {
    Json violations = Json::array();
    for (const auto& violation : findings.violations)
        violations.push_back({{"rule", violation.rule},
                              {"line", violation.line},
                              {"at", iso8601(from_unix_ms(violation.wall_ms))},
                              {"node", violation.node},
                              {"text", violation.text}});
    return {{"schema", "frugald/1"},
            {"entries", history.records.size()},
            {"unreadable", history.unreadable},
            {"unknown_kinds", history.unknown_kinds},
            {"judged", findings.judged},
            {"violations", std::move(violations)}};
}

void tell(const Terminal& terminal, const audit::History& history,
          const audit::Findings& findings) {
    for (const auto& violation : findings.violations)
        terminal.out << plain(to_text(violation)) << '\n';
    std::string judged;
    for (const auto& [rule, facts] : findings.judged)
        append(judged, ", ", fmt::format("{} {}", rule, facts));
    terminal.out << fmt::format("{} entries, {} violations; facts judged: {}\n",
                                history.records.size(), findings.violations.size(),
                                judged.empty() ? "none" : judged);
    for (const auto& [kind, count] : history.unknown_kinds)
        terminal.out << fmt::format("not judged: {} entries of the unknown kind '{}'\n", count,
                                    plain(kind));
    if (history.unreadable > 0)
        terminal.out << fmt::format(
            "not judged: {} lines are no entries, the first is line {}: {}\n", history.unreadable,
            history.first_unreadable_line, history.why_unreadable);
}

}  // namespace

int check_audit(const Terminal& terminal, const AuditOptions& options) {
    std::ifstream file;
    if (options.file != "-") {
        file.open(options.file);
        if (!file)
            return report(terminal, {exit_usage, fmt::format("cannot read {}", options.file)});
    }
    const auto history = audit::read_history(options.file == "-" ? terminal.in : file);
    if (history.records.empty())
        return report(terminal,
                      {exit_usage, fmt::format("{} holds no entries of an audit (JSON lines, as "
                                               "frugalctl audit export writes them)",
                                               options.file)});
    const auto findings = audit::check(history);
    if (terminal.json)
        terminal.out << to_json(history, findings).dump() << '\n';
    else
        tell(terminal, history, findings);
    return findings.violations.empty() ? exit_ok : exit_some_failed;
}

}  // namespace frugald::ctl
