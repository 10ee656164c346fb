#include "daemon/ctl/modes.h"

#include <fmt/format.h>

#include <memory>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/table.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

namespace {

struct ModeOptions {
    std::string mode;
    std::string partition;
    std::string action;
    std::string reason;
};

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

int show_mode(const Terminal& terminal, const Attempt<Json>& answer) {
    if (!answer) return report(terminal, answer.error());
    if (terminal.json)
        terminal.out << answer->dump() << '\n';
    else
        terminal.out << "mode: " << plain(text(answer->at("mode"))) << '\n';
    return exit_ok;
}

int change_mode(const Terminal& terminal, const Daemon& daemon, const ModeOptions& options) {
    if (options.mode.empty()) return show_mode(terminal, daemon.get("/api/v1/plan"));
    if (options.reason.empty())
        return report(terminal, {exit_usage, "--reason is needed to change the mode"});
    const bool configured = options.mode == "configured";
    return show_mode(
        terminal,
        daemon.post("/api/v1/mode", {{"mode", configured ? Json(nullptr) : Json(options.mode)},
                                     {"partition", text_or_null(options.partition)},
                                     {"action", text_or_null(options.action)},
                                     {"reason", options.reason}}));
}

void show_shadow(const Terminal& terminal, const Json& shadow) {
    const auto suspends = shadow.at("suspends").get<std::size_t>();
    if (suspends == 0) return;
    terminal.out << fmt::format(
        "since frugald's start the mode has kept it from {} suspends: {:.2f} kWh would have been "
        "saved, {} nodes would have been missed within 5 min of their boot, {} would be off now\n",
        suspends, shadow.at("saved_joules").get<double>() / 3.6e6,
        shadow.at("regrets").get<std::size_t>(), shadow.at("asleep_now").get<std::size_t>());
}

int show_plan(const Terminal& terminal, const Daemon& daemon) {
    const auto answer = daemon.get("/api/v1/plan");
    if (!answer) return report(terminal, answer.error());
    if (terminal.json) {
        terminal.out << answer->dump() << '\n';
        return exit_ok;
    }
    Table table{{{"ID"}, {"NODE"}, {"ACTION"}, {"EXPIRES"}, {"WHY"}}};
    for (const Json& plan : answer->at("plans"))
        table.add({{fmt::format("{}", plan.at("id").get<std::uint64_t>())},
                   {text(plan.at("node"))},
                   {text(plan.at("action"))},
                   {local_time(text(plan.at("expires")))},
                   {text(plan.at("policy")) + ": " + text(plan.at("reason"))}});
    if (answer->at("plans").empty())
        terminal.out << "no plan waits; mode: " << plain(text(answer->at("mode"))) << '\n';
    else
        table.print(terminal, true);
    show_shadow(terminal, answer->at("shadow"));
    return exit_ok;
}

struct IdOptions {
    std::vector<std::uint64_t> ids;
    std::string nodes;
    std::string reason;
};

int accept_bmc(const Terminal& terminal, const Daemon& daemon, const IdOptions& options) {
    const auto names = node_names(options.nodes);
    if (!names) return report(terminal, names.error());
    return show_outcomes(
        terminal, daemon.post("/api/v1/accept-bmc",
                              {{"nodes", fold_nodeset(*names)}, {"reason", options.reason}}));
}

}  // namespace

void add_modes(CLI::App& app, std::function<int(const Terminal&, const Daemon&)>& verb) {
    const auto options = std::make_shared<ModeOptions>();
    auto* const mode = app.add_subcommand("mode", "What frugald may do by itself: show, or change");
    mode->add_option("mode", options->mode,
                     "observe (also a kill switch), advise, guarded, enforce, or configured")
        ->check(CLI::IsMember({"observe", "advise", "guarded", "enforce", "configured"}));
    mode->add_option("-p,--partition", options->partition, "only for nodes of this partition");
    mode->add_option("-a,--action", options->action, "only off, on, cap, uncap or repair")
        ->check(CLI::IsMember({"off", "on", "cap", "uncap", "repair"}));
    mode->add_option("-r,--reason", options->reason, "why, one line; kept in the journal");
    mode->callback([&verb, options] {
        verb = [options](const Terminal& terminal, const Daemon& daemon) {
            return change_mode(terminal, daemon, *options);
        };
    });
    app.add_subcommand("plan", "What waits for approval, and what was not done in this mode")
        ->callback([&verb] { verb = show_plan; });
    const auto chosen = std::make_shared<IdOptions>();
    auto* const approve = app.add_subcommand("approve", "Let plans go ahead");
    approve->add_option("id", chosen->ids, "numbers that `plan` shows")->required();
    approve->add_option("-r,--reason", chosen->reason, "why, one line; kept in the journal")
        ->required();
    approve->callback([&verb, chosen] {
        verb = [chosen](const Terminal& terminal, const Daemon& daemon) {
            return show_outcomes(
                terminal,
                daemon.post("/api/v1/approve", {{"ids", chosen->ids}, {"reason", chosen->reason}}));
        };
    });
    auto* const accept =
        app.add_subcommand("accept-bmc", "After a board was changed: its new BMC is the node's");
    accept->add_option("nodes", chosen->nodes, "nodeset, as in 'c[001-064],gpu1'")->required();
    accept->add_option("-r,--reason", chosen->reason, "why, one line; kept in the journal")
        ->required();
    accept->callback([&verb, chosen] {
        verb = [chosen](const Terminal& terminal, const Daemon& daemon) {
            return accept_bmc(terminal, daemon, *chosen);
        };
    });
}

}  // namespace frugald::ctl
