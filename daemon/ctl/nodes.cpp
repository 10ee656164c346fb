#include <fmt/format.h>

#include <map>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/columns.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

std::string state_of(const Json& node) {
    const Json& slurm = node.at("scheduler");
    return slurm.is_null() ? "?" : text(slurm.at("state"));
}

void print_summary(const Terminal& terminal, const Json& nodes, bool header) {
    struct Group {
        std::vector<std::string> names;
        double watts = 0;
        std::size_t measured = 0;
    };
    std::map<std::pair<std::string, std::string>, Group> groups;
    for (const Json& node : nodes) {
        Group& group = groups[{state_of(node), text(node.at("chassis"))}];
        group.names.push_back(text(node.at("node")));
        if (!is_measured(node)) continue;
        group.watts += node.at("power").at("watts").get<double>();
        ++group.measured;
    }
    Table table{{{"STATE"},
                 {"CHASSIS"},
                 {"COUNT", true},
                 {"POWER(W)", true},
                 {"MEASURED", true},
                 {"NODES"}}};
    for (const auto& [key, group] : groups)
        table.add({{key.first},
                   {key.second == "unknown" ? "?" : key.second},
                   {fmt::format("{}", group.names.size())},
                   {group.measured == 0 ? "?" : fmt::format("{:.0f}", group.watts)},
                   {fmt::format("{}", group.measured)},
                   {fold_nodeset(group.names)}});
    table.print(terminal, header);
}

}  // namespace

int show_nodes(const Terminal& terminal, const Daemon& daemon, const NodesOptions& options) {
    const auto columns = choose_columns(options.columns);
    if (!columns) return report(terminal, columns.error());
    const auto answer = daemon.nodes(options.nodes);
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
    } else if (options.summary) {
        print_summary(terminal, answer->at("nodes"), options.header);
    } else {
        std::vector<Table::Column> headers;
        for (const NodeColumn* const column : *columns)
            headers.push_back({column->header, column->right});
        Table table{std::move(headers)};
        for (const Json& node : answer->at("nodes")) {
            std::vector<Table::Cell> row;
            for (const NodeColumn* const column : *columns) row.push_back(column->cell(node));
            table.add(std::move(row));
        }
        table.print(terminal, options.header);
    }
    return report_unknown(terminal, *answer);
}

}  // namespace frugald::ctl
