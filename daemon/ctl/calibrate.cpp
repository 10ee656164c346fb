#include "daemon/ctl/calibrate.h"

#include <fmt/format.h>

#include <memory>

#include "daemon/ctl/table.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

struct Options {
    std::string source;
    std::optional<double> reference;
    std::optional<double> raw;
    std::string by;
    bool reset = false;
};

int show(const Terminal& terminal, const Daemon& daemon) {
    const auto answer = daemon.get("/api/v1/calibrations");
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    const Json& all = answer->at("calibrations");
    if (all.empty()) {
        terminal.out << "every source counts as it says\n";
        return exit_ok;
    }
    Table table{{{"SOURCE"},
                 {"FACTOR", true},
                 {"REFERENCE W", true},
                 {"IT SAID W", true},
                 {"SINCE"},
                 {"BY"},
                 {"AUTHOR"}}};
    for (const Json& one : all)
        table.add({{text(one.at("source"))},
                   {fmt::format("{:.4f}", one.at("factor").get<double>())},
                   {fmt::format("{:g}", one.at("reference_watts").get<double>())},
                   {fmt::format("{:g}", one.at("raw_watts").get<double>())},
                   {local_time(text(one.at("at")))},
                   {text(one.at("by"))},
                   {text(one.at("author"))}});
    table.print(terminal, true);
    return exit_ok;
}

Json number_or_null(const std::optional<double>& number) {
    return number ? Json(*number) : Json(nullptr);
}

int calibrate(const Terminal& terminal, const Daemon& daemon, const Options& options) {
    const bool bare = !options.reference && !options.raw && options.by.empty() && !options.reset;
    if (options.source.empty() && bare) return show(terminal, daemon);
    if (options.source.empty())
        return report(terminal, {exit_usage,
                                 "which source? A node, PDU or meter, or one part of "
                                 "it, as in rack7-a:outlet:12"});
    if (options.reset == options.reference.has_value())
        return report(terminal, {exit_usage, "either --reference WATTS or --reset is needed"});
    if (options.by.empty())
        return report(terminal, {exit_usage, "--by is needed: the instrument, or why"});
    return show_outcomes(
        terminal,
        daemon.post("/api/v1/calibrate", {{"source", options.source},
                                          {"reference_watts", number_or_null(options.reference)},
                                          {"raw_watts", number_or_null(options.raw)},
                                          {"by", options.by}}));
}

}  // namespace

void add_calibrate(CLI::App& app, std::function<int(const Terminal&, const Daemon&)>& verb) {
    const auto options = std::make_shared<Options>();
    CLI::App* const calibrate_verb =
        app.add_subcommand("calibrate", "Correct a source of power by a better instrument");
    calibrate_verb->add_option("source", options->source,
                               "node, PDU or meter, or NAME:outlet:12, NAME:line:L1, "
                               "NAME:branch:2; none: list");
    calibrate_verb->add_option("--reference", options->reference,
                               "watts, as the better instrument says");
    calibrate_verb->add_option("--raw", options->raw,
                               "watts, as the source said then (otherwise: says now)");
    calibrate_verb->add_option("--by", options->by,
                               "the instrument, one line, as in \"clamp meter\"; or why");
    calibrate_verb->add_flag("--reset", options->reset, "the source counts as it says again");
    calibrate_verb->callback([&verb, options] {
        verb = [options](const Terminal& terminal, const Daemon& daemon) {
            return calibrate(terminal, daemon, *options);
        };
    });
}

}  // namespace frugald::ctl
