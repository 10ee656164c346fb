#include "daemon/ctl/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/instant.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

struct EnergyOptions {
    std::string what;  // a nodeset, or the number of a job; empty: all nodes
    std::string since = "24h", until;
    std::string partition;
    bool cluster = false;
    std::string resolution = "auto";
    bool csv = false;
};

constexpr double joules_in_kilowatt_hour = 3.6e6;

std::string shown(const Json& value, const char* format, double unit = 1) {
    if (value.is_null()) return "?";
    return fmt::format(fmt::runtime(format), value.get<double>() / unit);
}

std::string kilowatt_hours(const Json& joules) {
    return shown(joules, "{:.3f}", joules_in_kilowatt_hour);
}

std::string percent(const Json& ratio) { return shown(ratio, "{:.1f}%", 0.01); }

std::string sources_text(const Json& sources) {
    std::string all;
    for (const Json& source : sources) append(all, ",", text(source));
    return all;
}

/// A cell of a CSV file, quoted where it must be (RFC 4180).
std::string cell(const Json& value) {
    if (value.is_null()) return {};
    if (!value.is_string()) return value.dump();
    std::string quoted = "\"";
    for (const char c : plain(text(value)))
        quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + '"';
}

void print_csv(const Terminal& terminal, const Json& rows, std::vector<const char*> columns) {
    std::string line;
    for (const char* const column : columns) append(line, ",", column);
    terminal.out << line << '\n';
    for (const Json& row : rows) {
        line.clear();
        for (const char* const column : columns) {
            if (column != columns.front()) line += ',';
            if (row.contains(column)) line += cell(row.at(column));
        }
        terminal.out << line << '\n';
    }
}

/// A table of energies, and what each kind of answer has besides.
Table table_with(const std::vector<Table::Column>& more) {
    std::vector<Table::Column> columns{{"NODE"},         {"kWh", true},     {"MEAN(W)", true},
                                       {"MAX(W)", true}, {"COVERED", true}, {"LONGEST GAP", true}};
    columns.insert(columns.end(), more.begin(), more.end());
    return Table{std::move(columns)};
}

void add_row(Table& table, const Json& row, const std::vector<Table::Cell>& more) {
    std::vector<Table::Cell> cells{{text(row.at("node"))},
                                   {kilowatt_hours(row.at("joules"))},
                                   {shown(row.at("mean_watts"), "{:.0f}")},
                                   {shown(row.at("max_watts"), "{:.0f}")},
                                   {percent(row.at("coverage"))},
                                   {gap_text(row.at("longest_gap_s"))}};
    cells.insert(cells.end(), more.begin(), more.end());
    table.add(std::move(cells));
}

void add_total(Table& table, const Json& total, std::size_t more) {
    std::vector<Table::Cell> row{
        {"total"}, {kilowatt_hours(total.at("joules"))}, {shown(total.at("mean_watts"), "{:.0f}")},
        {""},      {percent(total.at("coverage"))},      {gap_text(total.at("longest_gap_s"))}};
    row.resize(row.size() + more);
    table.add(std::move(row));
}

void say_unknown(const Terminal& terminal, const Json& total) {
    const auto unknown = total.at("unknown_nodes").get<std::size_t>();
    if (unknown > 0)
        terminal.out << fmt::format("of {} nodes nothing is known: they are not in the total\n",
                                    unknown);
}

void show_nodes_energy(const Terminal& terminal, const Json& answer) {
    const double ends = answer.at("ends_within_s").get<double>();
    terminal.out << fmt::format(
        "{} to {}, {}{}\n", local_time(text(answer.at("from"))), local_time(text(answer.at("to"))),
        text(answer.at("resolution")),
        ends > 0 ? fmt::format(" cells: its ends are exact to {}", short_age(ends)) : "");
    Table table = table_with({{"SOURCE"}, {"NOTE"}});
    for (const Json& row : answer.at("nodes"))
        add_row(table, row, {{sources_text(row.at("sources"))}, {text(row.at("unknown"))}});
    if (answer.at("nodes").size() > 1) add_total(table, answer.at("total"), 2);
    table.print(terminal, true);
    say_unknown(terminal, answer.at("total"));
    for (const Json& bad : answer.at("damage"))
        terminal.err << "frugalctl: not read: " << plain(text(bad)) << '\n';
}

std::string share_text(const Json& row) {
    if (row.at("share").is_null()) return "?";
    return fmt::format("{:.1f}% {}", 100 * row.at("share").get<double>(), text(row.at("by")));
}

void show_run(const Terminal& terminal, const Json& run) {
    const auto state = text(run.at("state"));
    terminal.out << fmt::format(
        "job {} in {}: {} to {}{}\n", run.at("job").dump(), plain(text(run.at("partition"))),
        local_time(text(run.at("start"))), local_time(text(run.at("until"))),
        state == "running"    ? ", runs; measured so far"
        : state == "vanished" ? ", its end was not seen: counted to when it was last known to run"
                              : "");
    Table table = table_with({{"CPUS", true}, {"SHARE"}, {"NOTE"}});
    for (const Json& row : run.at("nodes"))
        add_row(table, row,
                {{shown(row.at("cpus"), "{:.0f}") + "/" + shown(row.at("node_cpus"), "{:.0f}")},
                 {share_text(row)},
                 {text(row.at("unknown"))}});
    if (run.at("nodes").size() > 1) add_total(table, run.at("total"), 3);
    table.print(terminal, true);
    say_unknown(terminal, run.at("total"));
}

int show_job(const Terminal& terminal, const Daemon& daemon, const EnergyOptions& options) {
    const auto answer = daemon.get_slowly("/api/v1/energy?job=" + options.what);
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    for (const Json& run : answer->at("runs"))
        if (options.csv)
            print_csv(terminal, run.at("nodes"),
                      {"node", "joules", "mean_watts", "min_watts", "max_watts", "length_s",
                       "covered_s", "gaps", "longest_gap_s", "share", "by", "node_joules", "cpus",
                       "node_cpus", "unknown"});
        else
            show_run(terminal, run);
    return exit_ok;
}

Attempt<std::string> target_of(const EnergyOptions& options) {
    const auto stretch = parse_stretch(options.since, options.until);
    if (!stretch) return tl::unexpected(stretch.error());
    auto target =
        fmt::format("/api/v1/energy?resolution={}&since={}&until={}", options.resolution,
                    percent_encoded(iso8601(stretch->from)), percent_encoded(iso8601(stretch->to)));
    if (!options.partition.empty())
        target += fmt::format("&partition={}", percent_encoded(options.partition));
    if (options.cluster) target += "&kind=cluster";
    if (options.what.empty()) return target;
    const auto names = node_names(options.what);
    if (!names) return tl::unexpected(names.error());
    target += fmt::format("&nodes={}", percent_encoded(fold_nodeset(*names)));
    constexpr std::size_t longest = 6500;  // the daemon reads headers of 8 KiB
    if (target.size() <= longest) return target;
    return tl::unexpected(Failure{exit_usage,
                                  "so many single names are too long for a request; name a "
                                  "--partition, or no nodes for all"});
}

int show_energy(const Terminal& terminal, const Daemon& daemon, const EnergyOptions& options) {
    const bool digits =
        std::ranges::all_of(options.what, [](char c) { return c >= '0' && c <= '9'; });
    if (!options.what.empty() && digits) return show_job(terminal, daemon, options);
    const auto target = target_of(options);
    if (!target) return report(terminal, target.error());
    const auto answer = daemon.get_slowly(*target);
    if (!answer) return report(terminal, answer.error());
    if (terminal.json)
        terminal.out << answer->dump() << '\n';
    else if (options.csv)
        print_csv(terminal, answer->at("nodes"),
                  {"node", "joules", "mean_watts", "min_watts", "max_watts", "length_s",
                   "covered_s", "gaps", "longest_gap_s", "factor", "unknown"});
    else
        show_nodes_energy(terminal, *answer);
    return exit_ok;
}

}  // namespace

void add_energy(CLI::App& app, Verb& chosen) {
    const auto options = std::make_shared<EnergyOptions>();
    CLI::App* const verb =
        app.add_subcommand("energy", "What nodes drew in some time, or in a job");
    auto* const what = verb->add_option("nodes", options->what,
                                        "nodeset, as in 'c[001-064],gpu1', or the number of a job");
    verb->add_option("--since", options->since, std::string{instant_help} + " (default 24h)");
    verb->add_option("--until", options->until, "likewise (default now)");
    auto* const partition =
        verb->add_option("--partition", options->partition, "the nodes of a partition");
    auto* const cluster =
        verb->add_flag("--cluster", options->cluster, "the cluster as one sum, as it was stored");
    what->excludes(partition)->excludes(cluster);
    partition->excludes(cluster);
    verb->add_option("--resolution", options->resolution, "auto, raw, 5min or hour (default auto)")
        ->check(CLI::IsMember({"auto", "raw", "5min", "hour"}));
    verb->add_flag("--csv", options->csv, "lines for a spreadsheet, in joules and seconds");
    verb->callback([&chosen, options] {
        chosen = [options](const Terminal& terminal, const Daemon& daemon) {
            return show_energy(terminal, daemon, *options);
        };
    });
}

}  // namespace frugald::ctl
