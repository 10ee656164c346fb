#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

struct Level {
    const char* name;
    Color color;
};
/// The worst first.
constexpr std::array levels{Level{"fail", Color::bad}, Level{"warn", Color::warning},
                            Level{"unknown", Color::dim}, Level{"ok", Color::good}};

constexpr const char* where_to_look =
    "Three things to look at:\n"
    "  1. does it run?            systemctl status frugald\n"
    "  2. why did it end?         journalctl -u frugald -n 50\n"
    "  3. is its configuration    frugald --check-config, as its user\n"
    "     accepted?\n";

void print(const Terminal& terminal, const Level& level, const Json& finding) {
    terminal.out << paint(terminal, level.color, fmt::format("{:<8}", level.name))
                 << plain(text(finding.at("id"))) << ": " << plain(text(finding.at("text")))
                 << '\n';
    if (const auto fix = text(finding.at("fix")); !fix.empty())
        terminal.out << "        -> " << plain(fix) << '\n';
}

}  // namespace

int show_doctor(const Terminal& terminal, const Daemon& daemon, bool all) {
    const auto answer = daemon.get("/api/v1/doctor");
    if (!answer) {
        const int code = report(terminal, answer.error());
        if (code == exit_unreachable) terminal.err << where_to_look;
        return code;
    }
    std::map<std::string, int> counts;
    const Json& findings = answer->at("findings");
    for (const Json& finding : findings) ++counts[text(finding.at("level"))];
    const int code = counts["fail"] > 0 ? exit_some_failed : exit_ok;
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return code;
    }
    for (const auto& level : levels) {
        if (std::string_view{level.name} == "ok" && !all) continue;
        for (const Json& finding : findings)
            if (text(finding.at("level")) == level.name) print(terminal, level, finding);
    }
    terminal.out << fmt::format("{} checks: {} fail, {} warn, {} unknown, {} ok\n", findings.size(),
                                counts["fail"], counts["warn"], counts["unknown"], counts["ok"]);
    return code;
}

}  // namespace frugald::ctl
