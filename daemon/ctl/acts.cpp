#include <fmt/format.h>

#include <map>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/duration.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

/// True when it may go ahead. More than one node is asked about, or needs --yes.
Attempt<void> confirm(const Terminal& terminal, const std::string& what, std::size_t count,
                      const ActOptions& options) {
    if (options.yes || options.dry_run || count < 2) return {};
    if (!terminal.asks)
        return tl::unexpected(
            Failure{exit_usage, fmt::format("{} of {} nodes needs --yes where nobody can be asked; "
                                            "--dry-run shows what would happen",
                                            what, count)});
    terminal.err << fmt::format("{} {} nodes ({})? [y/N] ", what, count, plain(options.nodes))
                 << std::flush;
    std::string answer;
    std::getline(terminal.in, answer);
    if (answer == "y" || answer == "Y" || answer == "yes") return {};
    return tl::unexpected(Failure{exit_usage, "nothing was done"});
}

struct Tally {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> lines;
    bool failed = false;
    bool refused = false;
};

Tally tally(const Json& outcomes) {
    Tally tally;
    for (const Json& outcome : outcomes) {
        const std::string result = outcome.at("result");
        std::string text = outcome.at("text").is_null() ? "" : outcome.at("text");
        if (outcome.at("rule").is_string())
            text = fmt::format("{}: {}", outcome.at("rule").get<std::string>(), text);
        const std::string node = outcome.at("node");
        tally.lines[{result, text}].push_back(node);
        tally.failed |= result == "failed";
        tally.refused |= result == "refused";
    }
    return tally;
}

/// Null when `lasting` is empty.
Attempt<Json> seconds_of(const std::string& lasting) {
    if (lasting.empty()) return Json(nullptr);
    const auto seconds = parse_duration(lasting);
    if (!seconds)
        return tl::unexpected(
            Failure{exit_usage,
                    fmt::format("--for {}: write a duration like 90s, 15m, 1h or 2d", lasting)});
    return Json(seconds->count());
}

}  // namespace

int show_outcomes(const Terminal& terminal, const Attempt<Json>& answer) {
    if (!answer) return report(terminal, answer.error());
    const Tally result = tally(answer->at("outcomes"));
    if (terminal.json) terminal.out << answer->dump() << '\n';
    for (const auto& [key, nodes] : result.lines) {
        const auto& [kind, text] = key;
        const bool went_well = kind == "done" || kind == "planned";
        if (terminal.json && went_well) continue;
        const bool everything = nodes.size() == 1 && nodes.front().empty();
        std::ostream& stream = went_well ? terminal.out : terminal.err;
        stream << plain(everything ? "all" : fold_nodeset(nodes)) << ": "
               << paint(terminal, went_well ? Color::good : Color::bad, kind)
               << (text.empty() ? "" : ": ") << plain(text) << '\n';
    }
    if (result.failed) return exit_some_failed;
    return result.refused ? exit_refused : exit_ok;
}

int change_power(const Terminal& terminal, const Daemon& daemon, const std::string& action,
                 const ActOptions& options, bool accept_job_loss) {
    const auto names = node_names(options.nodes);
    if (!names) return report(terminal, names.error());
    if (action != "on" && action != "wake") {
        const auto go = confirm(terminal, "power " + action, names->size(), options);
        if (!go) return report(terminal, go.error());
    }
    return show_outcomes(terminal,
                         daemon.post("/api/v1/power", {{"nodes", fold_nodeset(*names)},
                                                       {"action", action},
                                                       {"reason", options.reason},
                                                       {"dry_run", options.dry_run},
                                                       {"accept_job_loss", accept_job_loss}}));
}

int change_cap(const Terminal& terminal, const Daemon& daemon, std::optional<double> limit_watts,
               const std::string& lasting, const ActOptions& options) {
    const auto names = node_names(options.nodes);
    if (!names) return report(terminal, names.error());
    const auto lease = seconds_of(lasting);
    if (!lease) return report(terminal, lease.error());
    if (limit_watts) {
        const auto go = confirm(terminal, "cap", names->size(), options);
        if (!go) return report(terminal, go.error());
    }
    return show_outcomes(
        terminal, daemon.post("/api/v1/cap",
                              {{"nodes", fold_nodeset(*names)},
                               {"limit_watts", limit_watts ? Json(*limit_watts) : Json(nullptr)},
                               {"lease_s", *lease},
                               {"reason", options.reason},
                               {"dry_run", options.dry_run}}));
}

int change_hold(const Terminal& terminal, const Daemon& daemon, bool release,
                const std::string& lasting, const ActOptions& options) {
    std::string nodes = options.nodes;
    if (nodes != "all") {
        const auto names = node_names(nodes);
        if (!names) return report(terminal, names.error());
        nodes = fold_nodeset(*names);
    }
    const auto seconds = seconds_of(lasting);
    if (!seconds) return report(terminal, seconds.error());
    return show_outcomes(terminal, daemon.post("/api/v1/hold", {{"nodes", nodes},
                                                                {"release", release},
                                                                {"lasting_s", *seconds},
                                                                {"reason", options.reason}}));
}

}  // namespace frugald::ctl
