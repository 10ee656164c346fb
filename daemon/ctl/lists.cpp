#include <fmt/format.h>

#include <map>

#include "daemon/core/clock.h"
#include "daemon/core/nodeset.h"
#include "daemon/ctl/duration.h"
#include "daemon/ctl/table.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

int show_power(const Terminal& terminal, const Daemon& daemon, const std::string& nodes) {
    const auto answer = daemon.nodes(nodes);
    if (!answer) return report(terminal, answer.error());
    std::map<std::string, std::vector<std::string>> lists{{"on", {}}, {"off", {}}, {"unknown", {}}};
    for (const Json& node : answer->at("nodes"))
        lists[text(node.at("chassis"))].push_back(text(node.at("node")));
    if (terminal.json) {
        terminal.out << Json{{"schema", "frugald/1"},
                             {"at", answer->at("at")},
                             {"on", lists["on"]},
                             {"off", lists["off"]},
                             {"unknown", lists["unknown"]},
                             {"unknown_nodes", answer->at("unknown_nodes")}}
                            .dump()
                     << '\n';
    } else {
        for (const char* const state : {"on", "off", "unknown"})
            terminal.out << fmt::format("{:<8} {}\n", state, plain(fold_nodeset(lists[state])));
    }
    return report_unknown(terminal, *answer);
}

int show_caps(const Terminal& terminal, const Daemon& daemon, const std::string& nodes) {
    auto answer = daemon.nodes(nodes);
    if (!answer) return report(terminal, answer.error());
    Json caps = Json::array();
    for (Json& node : (*answer)["nodes"])
        if (!node.at("cap").is_null())
            caps.push_back({{"node", node.at("node")}, {"cap", node.at("cap")}});
    if (terminal.json) {
        terminal.out
            << Json{{"schema", "frugald/1"}, {"at", answer->at("at")}, {"caps", caps}}.dump()
            << '\n';
        return report_unknown(terminal, *answer);
    }
    Table table{
        {{"NODE"}, {"CAP(W)", true}, {"ACTIVE"}, {"STATE"}, {"UNTIL"}, {"OWNER"}, {"DETAIL"}}};
    for (const Json& entry : caps) {
        const Json& cap = entry.at("cap");
        const Json& watts = cap.at("limit_watts");
        table.add({{text(entry.at("node"))},
                   {watts.is_null() ? "-" : fmt::format("{:.0f}", watts.get<double>())},
                   {cap.at("active").get<bool>() ? "yes" : "no"},
                   {text(cap.at("state"))},
                   {cap.at("lease_end").is_null() ? "-" : local_time(text(cap.at("lease_end")))},
                   {text(cap.at("owner"))},
                   {text(cap.at("detail"))}});
    }
    table.print(terminal, true);
    return report_unknown(terminal, *answer);
}

int show_why(const Terminal& terminal, const Daemon& daemon, const std::string& node) {
    const auto names = node_names(node);
    if (!names) return report(terminal, names.error());
    if (names->size() != 1)
        return report(terminal, {exit_usage, "why explains one node at a time"});
    const auto why = daemon.get("/api/v1/why/" + names->front());
    if (!why) return report(terminal, why.error());
    if (terminal.json) {
        terminal.out << why->dump() << '\n';
        return exit_ok;
    }
    terminal.out << plain(text(why->at("node"))) << '\n';
    for (const Json& sentence : why->at("now"))
        terminal.out << "  " << plain(text(sentence)) << '\n';
    if (!why->at("story").empty()) terminal.out << "what was decided and done, oldest first:\n";
    for (const Json& line : why->at("story"))
        terminal.out << "  " << local_time(text(line.at("at"))) << "  "
                     << plain(text(line.at("text"))) << '\n';
    return exit_ok;
}

int show_events(const Terminal& terminal, const Daemon& daemon, const std::string& since,
                unsigned most) {
    const auto past = parse_duration(since);
    if (!past)
        return report(terminal, {exit_usage, fmt::format("--since {}: write a duration like 90s, "
                                                         "15m, 1h or 2d",
                                                         since)});
    const std::string from = iso8601(Instant::now().wall - *past);
    const auto answer = daemon.get(fmt::format("/api/v1/events?since={}&most={}", from, most));
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    Table table{{{"TIME"}, {"NODE"}, {"KIND"}, {"WHAT"}}};
    for (const Json& event : answer->at("events"))
        table.add({{local_time(text(event.at("at")))},
                   {event.at("node").is_null() ? "-" : text(event.at("node"))},
                   {text(event.at("kind"))},
                   {text(event.at("text"))}});
    table.print(terminal, true);
    return exit_ok;
}

}  // namespace frugald::ctl
