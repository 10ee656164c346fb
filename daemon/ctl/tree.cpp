#include <fmt/format.h>

#include <map>

#include "daemon/ctl/table.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

std::string figure(const Json& value, const char* format = "{:.0f}") {
    return value.is_null() ? "?" : fmt::format(fmt::runtime(format), value.get<double>());
}

/// Empty where there is nothing that could be known.
std::string figure_of(const Json& value, bool applies, const char* format = "{:.0f}") {
    return applies ? figure(value, format) : "-";
}

/// "5.1/6.0/?"
std::string amperes(const Json& lines) {
    std::string all;
    for (const Json& line : lines) append(all, "/", figure(line.at("amperes"), "{:.1f}"));
    return all.empty() ? "-" : all;
}

std::string coverage(const Json& sum) {
    return sum.is_null() ? "-" : fmt::format("{} %", sum.at("coverage_percent").get<unsigned>());
}

Table::Cell left(const Json& watts, bool applies) {
    const bool over = applies && watts.is_number() && watts.get<double>() < 0;
    return {figure_of(watts, applies), over ? Color::bad : Color::none};
}

void add_level(Table& table, const Json& level, std::size_t depth) {
    const bool limited = !level.at("limit_watts").is_null();
    const bool paired = !level.at("redundant_with").is_null();
    const Json& nodes = level.at("nodes");
    table.add({{std::string(2 * depth, ' ') + text(level.at("name"))},
               {text(level.at("kind"))},
               {figure_of(level.at("measured_watts"), !level.at("measured_by").is_null())},
               {nodes.is_null() ? "-" : figure(nodes.at("watts"))},
               {coverage(nodes)},
               {amperes(level.at("lines"))},
               {figure_of(level.at("limit_watts"), limited)},
               left(level.at("headroom_watts"), limited),
               left(level.at("headroom_one_lost_watts"), limited && paired)});
}

}  // namespace

int show_tree(const Terminal& terminal, const Daemon& daemon) {
    const auto answer = daemon.get("/api/v1/tree");
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    if (answer->at("levels").empty()) {
        terminal.out << "no [[feed]] is configured: docs/power-tree.md\n";
        return exit_ok;
    }
    Table table{{{"LEVEL"},
                 {"KIND"},
                 {"METER(W)", true},
                 {"NODES(W)", true},
                 {"KNOWN", true},
                 {"LINES(A)", true},
                 {"LIMIT(W)", true},
                 {"LEFT(W)", true},
                 {"ONE LOST(W)", true}}};
    std::map<std::string, std::size_t> depths;  // parents stand before their children
    for (const Json& level : answer->at("levels")) {
        const auto parent = depths.find(text(level.at("parent")));
        const std::size_t depth = parent == depths.end() ? 0 : parent->second + 1;
        depths[text(level.at("name"))] = depth;
        add_level(table, level, depth);
    }
    table.print(terminal, true);
    for (const Json& one : answer->at("suspects"))
        terminal.out << paint(terminal, Color::bad,
                              plain(fmt::format("suspect since {} ({}): {}",
                                                local_time(text(one.at("since"))),
                                                text(one.at("fault")), text(one.at("evidence")))))
                     << '\n';
    return exit_ok;
}

}  // namespace frugald::ctl
