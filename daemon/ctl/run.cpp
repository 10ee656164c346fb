#include "daemon/ctl/run.h"

#include "daemon/ctl/audit.h"
#include "daemon/ctl/calibrate.h"
#include "daemon/ctl/columns.h"
#include "daemon/ctl/db.h"
#include "daemon/ctl/energy.h"
#include "daemon/ctl/modes.h"
#include "daemon/ctl/profile.h"
#include "daemon/ctl/pue.h"
#include "daemon/ctl/request.h"
#include "frugald_version.h"

namespace frugald::ctl {

namespace {

void add_reading(CLI::App& app, Request& request) {
    app.add_subcommand("status", "The cluster in ten lines")->callback([&request] {
        request.verb = show_status;
    });

    CLI::App* const nodes = app.add_subcommand("nodes", "Power and state of nodes, a line each");
    nodes->add_option("nodes", request.list.nodes, nodes_help);
    nodes->add_option("-o,--columns", request.list.columns, "some of " + column_names());
    nodes->add_flag("-h,--no-header", request.no_header, "no line with the names of the columns");
    nodes->add_flag("-s,--summary", request.list.summary,
                    "a line per distinct state, nodes folded");
    const auto looks_back = add_history(*nodes, request.history);
    nodes->callback([&request, looks_back] {
        request.list.header = !request.no_header;
        request.history.header = !request.no_header;
        request.history.nodes = request.list.nodes;
        if (looks_back()) {
            request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
                return show_history(terminal, daemon, request.history);
            };
            return;
        }
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_nodes(terminal, daemon, request.list);
        };
    });

    app.add_subcommand("tree", "The power tree as measured: loads, limits, what is left")
        ->callback([&request] { request.verb = show_tree; });

    CLI::App* const why = app.add_subcommand("why", "Why a node is as it is: state and story");
    why->add_option("node", request.node, "one node")->required();
    why->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_why(terminal, daemon, request.node);
        };
    });

    CLI::App* const events = app.add_subcommand("events", "What happened lately");
    events->add_option("--since", request.since, "how far back: 90s, 15m, 1h, 2d (default 1h)");
    events->add_option("--most", request.most, "at most so many (default 1000)");
    events->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_events(terminal, daemon, request.since, request.most);
        };
    });
}

void add_act_options(CLI::App& verb, Request& request, bool reason_required) {
    verb.add_option("nodes", request.act.nodes, nodes_help)->required();
    verb.add_option("-r,--reason", request.act.reason, "why, one line; kept in the journal")
        ->required(reason_required);
}

void add_dry_run(CLI::App& verb, Request& request) {
    verb.add_flag("-n,--dry-run", request.act.dry_run, "say what would happen, do nothing");
    verb.add_flag("-y,--yes", request.act.yes, "do not ask about more than one node");
}

void add_power(CLI::App& app, Request& request) {
    CLI::App* const power = app.add_subcommand("power", "Switch nodes, or ask whether they are on");
    power->require_subcommand(0, 1);
    CLI::App* const status = power->add_subcommand("status", "Which are on, off, unknown");
    status->add_option("nodes", request.act.nodes, nodes_help);
    status->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_power(terminal, daemon, request.act.nodes);
        };
    });
    const std::pair<const char*, const char*> actions[] = {
        {"on", "Chassis on"},
        {"off", "Chassis off, at once"},
        {"soft", "Orderly shutdown by ACPI"},
        {"cycle", "Chassis off and on again"},
        {"suspend", "Have Slurm power them down when their jobs end"},
        {"wake", "Have Slurm power them up"},
    };
    for (const auto& [name, help] : actions) {
        CLI::App* const verb = power->add_subcommand(name, help);
        add_act_options(*verb, request, true);
        add_dry_run(*verb, request);
        verb->add_flag("--accept-job-loss", request.accept_job_loss,
                       "also nodes with running jobs, which die");
        verb->callback([&request, action = std::string{name}] {
            request.verb = [&request, action](const Terminal& terminal, const Daemon& daemon) {
                return change_power(terminal, daemon, action, request.act, request.accept_job_loss);
            };
        });
    }
}

void add_cap(CLI::App& app, Request& request) {
    CLI::App* const cap = app.add_subcommand("cap", "Power limits of nodes");
    cap->require_subcommand(0, 1);
    CLI::App* const set = cap->add_subcommand("set", "Limit nodes for some time");
    add_act_options(*set, request, true);
    set->add_option("watts", request.watts, "limit of each node in watts")->required();
    set->add_option("--for", request.lasting, "how long: 90s, 15m, 1h (default 15m)");
    add_dry_run(*set, request);
    set->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            const std::string lasting = request.lasting.empty() ? "15m" : request.lasting;
            return change_cap(terminal, daemon, request.watts, lasting, request.act);
        };
    });
    CLI::App* const release = cap->add_subcommand("release", "Take limits away");
    add_act_options(*release, request, false);
    add_dry_run(*release, request);
    release->callback([&request] {
        if (request.act.reason.empty()) request.act.reason = "released by hand";
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return change_cap(terminal, daemon, std::nullopt, "", request.act);
        };
    });
    CLI::App* const show = cap->add_subcommand("show", "Limits there are");
    show->add_option("nodes", request.act.nodes, nodes_help);
    show->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_caps(terminal, daemon, request.act.nodes);
        };
    });
}

void add_hold(CLI::App& app, Request& request) {
    CLI::App* const hold =
        app.add_subcommand("hold", "Keep frugald's hands off nodes; 'all' is the kill switch");
    add_act_options(*hold, request, true);
    hold->add_option("--for", request.lasting, "how long: 90s, 15m, 1h (default: until released)");
    hold->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return change_hold(terminal, daemon, false, request.lasting, request.act);
        };
    });
    CLI::App* const release = app.add_subcommand("release", "End a hold");
    add_act_options(*release, request, false);
    release->callback([&request] {
        if (request.act.reason.empty()) request.act.reason = "released by hand";
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return change_hold(terminal, daemon, true, "", request.act);
        };
    });
}

}  // namespace

int run(int argc, const char* const* argv, Terminal terminal) {
    Request request;
    CLI::App app{"Asks and commands frugald, the energy manager of this cluster.", "frugalctl"};
    app.set_help_flag("--help", "say what there is and end");
    app.set_version_flag("--version", FRUGALD_RELEASE);
    app.add_option("--socket", request.socket, "the daemon's socket")->envname("FRUGALD_SOCKET");
    app.add_flag("--json", terminal.json, "answer in JSON, for programs");
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.footer(
        "Exit codes: 0 done, 1 some nodes failed, 2 usage, 3 frugald not reached, 4 not permitted, "
        "5 refused by the guard.\n");
    add_reading(app, request);
    add_doctor(app, request);
    add_top(app, request);
    add_discover(app, request);
    add_power(app, request);
    add_cap(app, request);
    add_hold(app, request);
    add_modes(app, request.verb);
    add_calibrate(app, request.verb);
    add_audit(app, request.verb);
    add_pue(app, request.verb);
    add_energy(app, request.verb);
    add_profile(app, request.verb);
    add_db(app, request.verb);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error, terminal.out, terminal.err) == 0 ? exit_ok : exit_usage;
    }
    if (!request.verb) {
        terminal.err << "frugalctl: which verb?\n" << app.help();
        return exit_usage;
    }
    try {
        return request.verb(terminal, Daemon{request.socket});
    } catch (const nlohmann::json::exception& error) {
        return report(terminal, {exit_unreachable,
                                 std::string{"frugald's answer is not what this frugalctl expects, "
                                             "are both of the same release? "} +
                                     error.what()});
    }
}

}  // namespace frugald::ctl
