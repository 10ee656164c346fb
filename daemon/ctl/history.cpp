#include "daemon/ctl/history.h"

#include <fmt/format.h>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/instant.h"

namespace frugald::ctl {

namespace {

/// Lines of the daemon's answer, shown to people.
class Rows {
public:
    Rows(const Terminal& terminal, bool header) : terminal_(terminal), header_(header) {}

    void take(std::string_view piece) {
        rest_ += piece;
        std::size_t from = 0;
        for (auto end = rest_.find('\n'); end != rest_.npos; end = rest_.find('\n', from)) {
            show(Json::parse(rest_.substr(from, end - from)));
            from = end + 1;
        }
        rest_.erase(0, from);
    }
    /// Texts of what could not be read.
    const std::vector<std::string>& damage() const { return damage_; }
    bool complete() const { return complete_; }

private:
    void show(const Json& line) {
        if (line.contains("resolution")) return head(text(line.at("resolution")) == "raw");
        if (line.contains("damage")) {
            damage_ = line.at("damage").get<std::vector<std::string>>();
            complete_ = line.value("complete", false);
            return;
        }
        const std::string device = plain(text(line.at("device")));
        std::string what = text(line.at("quantity"));
        if (const auto name = text(line.at("name")); !name.empty()) what += " " + plain(name);
        const std::string source = plain(text(line.at("source")));
        if (line.contains("points"))
            for (const Json& point : line.at("points"))
                terminal_.out << fmt::format("{:<23}  {:<12}  {:<10}  {:<24}  {:>12}\n",
                                             local_time(text(point.at(0))), device, source, what,
                                             number(point.at(1)));
        else
            for (const Json& cell : line.at("cells"))
                terminal_.out << fmt::format(
                    "{:<23}  {:<12}  {:<10}  {:<24}  {:>12}  {:>12}  {:>12}  {:>7.0f}\n",
                    local_time(text(cell.at(0))), device, source, what, number(cell.at(5)),
                    number(cell.at(6)), number(cell.at(7)), cell.at(2).get<double>());
    }
    static std::string number(const Json& value) {
        return value.is_null() ? "?" : fmt::format("{}", value.get<double>());
    }
    void head(bool raw) const {
        if (!header_) return;
        terminal_.out << fmt::format("{:<23}  {:<12}  {:<10}  {:<24}  {:>12}", "TIME", "DEVICE",
                                     "SOURCE", "QUANTITY", raw ? "VALUE" : "MIN");
        if (!raw)
            terminal_.out << fmt::format("  {:>12}  {:>12}  {:>7}", "MEAN", "MAX", "COVER(s)");
        terminal_.out << '\n';
    }

    const Terminal& terminal_;
    bool header_;
    std::string rest_;
    std::vector<std::string> damage_;
    bool complete_ = false;
};

/// Temperatures and the like are of sensors only.
std::string part_of(const HistoryOptions& options) {
    if (!options.part.empty()) return options.part;
    for (const char* const with_total : {"power_watts", "energy_joules", "coverage_ratio"})
        if (options.quantity == with_total) return "total";
    return "all";
}

/// "&since=...&until=...": what is said of a job's time, else a stretch.
Attempt<std::string> times_of(const HistoryOptions& options) {
    if (!options.job.empty() && options.since.empty() && options.until.empty())
        return std::string{};
    const auto stretch = parse_stretch(options.since, options.until);
    if (!stretch) return tl::unexpected(stretch.error());
    return fmt::format("&since={}&until={}", iso8601(stretch->from), iso8601(stretch->to));
}

Attempt<std::string> target_of(const HistoryOptions& options, const char* format) {
    const auto times = times_of(options);
    if (!times) return tl::unexpected(times.error());
    std::string target =
        fmt::format("/api/v1/series?format={}&kind={}&quantity={}&part={}&resolution={}{}", format,
                    percent_encoded(options.kind), percent_encoded(options.quantity),
                    percent_encoded(part_of(options)), percent_encoded(options.resolution), *times);
    if (!options.partition.empty()) target += "&partition=" + percent_encoded(options.partition);
    if (!options.job.empty()) target += "&job=" + percent_encoded(options.job);
    if (options.nodes.empty()) return target;
    if (options.kind != "node") return target + "&device=" + percent_encoded(options.nodes);
    const auto names = node_names(options.nodes);
    if (!names) return tl::unexpected(names.error());
    return target + "&nodes=" + percent_encoded(fold_nodeset(*names));
}

/// On a line of its own that the next one overwrites.
void show_progress(const Terminal& terminal, double done) {
    terminal.err << fmt::format("\r{:3.0f} %", 100 * done) << std::flush;
}

}  // namespace

int show_history(const Terminal& terminal, const Daemon& daemon, const HistoryOptions& options) {
    const bool rows_wanted = !options.csv && !terminal.json;
    const auto target = target_of(options, rows_wanted ? "ndjson" : options.csv ? "csv" : "json");
    if (!target) return report(terminal, target.error());
    Rows rows{terminal, options.header};
    const bool shows_progress = terminal.asks && !terminal.screen;
    Listener listener;
    listener.piece = [&](std::string_view piece) {
        if (rows_wanted)
            rows.take(piece);
        else
            terminal.out << piece;
        return terminal.out.good();
    };
    listener.progress = [&](double done) {
        if (shows_progress) show_progress(terminal, done);
    };
    const auto done = daemon.stream(*target, listener);
    if (shows_progress) terminal.err << "\r     \r";
    if (!done) return report(terminal, done.error());
    for (const auto& one : rows.damage())
        terminal.err << fmt::format("frugalctl: could not be read: {}\n", plain(one));
    return rows.damage().empty() ? exit_ok : exit_some_failed;
}

std::function<bool()> add_history(CLI::App& nodes, HistoryOptions& options) {
    auto* const since = nodes.add_option("--since", options.since,
                                         std::string{"what was stored since: "} + instant_help);
    auto* const job = nodes.add_option("--job", options.job,
                                       "the nodes of a job, while it ran (or since --since)");
    std::vector<CLI::Option*> further;
    const auto add = [&](const char* name, std::string& value, const char* help) {
        further.push_back(nodes.add_option(name, value, help));
        return further.back();
    };
    add("--until", options.until, "until when, likewise (default now)")->needs(since);
    auto* const partition = add("--partition", options.partition, "the nodes of a partition");
    for (auto* const other : {partition, job}) other->excludes(nodes.get_option("nodes"));
    partition->excludes(job);
    add("--kind", options.kind,
        "node (default), pdu, meter; or a stored sum: cluster, partition, level");
    add("--quantity", options.quantity,
        "power_watts (default), temperature_celsius, energy_joules ..., or all");
    add("--part", options.part,
        "total, line, branch, outlet, psu, sensor, or all (default: the total of a power)");
    add("--resolution", options.resolution, "auto (default), raw, 5min, hour");
    further.push_back(nodes.add_flag("--csv", options.csv, "comma-separated values"));
    return [since, job, further] {
        if (!since->empty() || !job->empty()) return true;
        for (const auto* const one : further)
            if (!one->empty()) throw CLI::RequiresError(one->get_name(), "--since or --job");
        return false;
    };
}

}  // namespace frugald::ctl
