#include "daemon/ctl/db.h"

#include <fmt/format.h>

#include "daemon/ctl/helper.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

struct Outcome {
    std::vector<Json> files;
    int code = exit_ok;
};

/// Runs frugald-db; `hear` gets each of its lines.
Attempt<Outcome> run(std::vector<std::string> arguments,
                     const std::function<void(const Json&)>& hear) {
    auto helper = Helper::start(helper_path("frugald-db"), std::move(arguments));
    if (!helper) return tl::unexpected(helper.error());
    Outcome outcome;
    while (const auto line = (*helper)->next_line()) {
        auto json = Json::parse(*line);
        hear(json);
        if (json.contains("file")) outcome.files.push_back(std::move(json));
    }
    const bool interrupted = (*helper)->interrupted();
    outcome.code = (*helper)->finish();
    if (interrupted) return tl::unexpected(Failure{exit_some_failed, "interrupted"});
    if (outcome.code == exit_usage) return tl::unexpected(Failure{exit_usage, "nothing was done"});
    // 1: damage was found, and all the rest was done.
    if (outcome.code != exit_ok && outcome.code != exit_some_failed)
        return tl::unexpected(
            Failure{exit_some_failed, "frugald-db ended before its work was done"});
    return outcome;
}

int print_json(const Terminal& terminal, const Outcome& outcome) {
    Json list = Json::array();
    for (const auto& file : outcome.files) list.push_back(file);
    terminal.out << Json{{"schema", "frugald/1"}, {"files", std::move(list)}}.dump(
                        -1, ' ', false, Json::error_handler_t::replace)
                 << '\n';
    return outcome.code;
}

std::string megabytes(const Json& bytes) {
    return fmt::format("{:.1f} MB", bytes.get<double>() / 1e6);
}

}  // namespace

int check_databases(const Terminal& terminal, const DatabaseOptions& options) {
    std::vector<std::string> arguments{"check", "--directory=" + options.directory};
    if (options.audit) arguments.emplace_back("--audit");
    const auto outcome = run(std::move(arguments), [](const Json&) {});
    if (!outcome) return report(terminal, outcome.error());
    if (terminal.json) return print_json(terminal, *outcome);
    Table table{{{"FILE"}, {"ROWS", true}, {"DAMAGED", true}, {"WHAT"}}};
    for (const Json& file : outcome->files) {
        const bool sound = file.at("damaged").get<std::uint64_t>() == 0;
        const Color color = sound ? Color::none : Color::bad;
        table.add({{text(file.at("file"))},
                   {file.at("rows").dump()},
                   {file.at("damaged").dump(), color},
                   {sound ? "" : text(file.at("damage").at(0)), color}});
    }
    table.print(terminal, true);
    return outcome->code;
}

int back_up_databases(const Terminal& terminal, const DatabaseOptions& options) {
    const auto hear = [&](const Json& line) {
        if (terminal.asks && line.contains("progress"))
            terminal.err << fmt::format("\r\x1b[K{} {:.0f} %", plain(text(line.at("progress"))),
                                        line.at("part").get<double>() * 100)
                         << std::flush;
        if (terminal.asks && line.contains("file")) terminal.err << "\r\x1b[K" << std::flush;
        if (terminal.json || !line.contains("file")) return;
        const Json& damage = line.at("damage");
        terminal.out << fmt::format(
            "{:<20} {}\n", plain(text(line.at("file"))),
            !damage.is_null()               ? "DAMAGED, not copied: " + plain(text(damage))
            : line.at("copied").get<bool>() ? "copied, " + megabytes(line.at("bytes"))
                                            : "unchanged");
    };
    const auto outcome =
        run({"backup", "--directory=" + options.directory, "--to=" + options.target}, hear);
    if (!outcome) return report(terminal, outcome.error());
    return terminal.json ? print_json(terminal, *outcome) : outcome->code;
}

int recover_databases(const Terminal& terminal, const DatabaseOptions& options) {
    const auto hear = [&](const Json& line) {
        const Json& what = line.at("recovered");
        if (!terminal.json)
            terminal.out << fmt::format("{:<20} {}\n", plain(text(line.at("file"))),
                                        what.is_null() ? "sound" : plain(text(what)));
    };
    const auto outcome = run({"recover", "--directory=" + options.directory}, hear);
    if (!outcome) return report(terminal, outcome.error());
    return terminal.json ? print_json(terminal, *outcome) : outcome->code;
}

void add_db(CLI::App& app, Verb& verb) {
    auto* const db = app.add_subcommand("db", "Check, copy and recover the databases");
    db->require_subcommand(1);
    const auto options = std::make_shared<DatabaseOptions>();
    const auto add = [&](const char* name, const char* help,
                         int (*run)(const Terminal&, const DatabaseOptions&)) {
        auto* const one = db->add_subcommand(name, help);
        one->add_option("--directory", options->directory,
                        "the state directory (default /var/lib/frugald), or a backup to check");
        one->callback([&verb, options, run] {
            verb = [options, run](const Terminal& terminal, const Daemon&) {
                return run(terminal, *options);
            };
        });
        return one;
    };
    add("check", "Read everything there is; beside the daemon", check_databases)
        ->add_flag("--audit", options->audit, "also the audit's chain");
    add("backup", "Copy what has changed; beside the daemon", back_up_databases)
        ->add_option("target", options->target, "a directory on another disk or machine")
        ->required();
    add("recover", "Set damaged files aside and keep what can be read; without the daemon",
        recover_databases);
}

}  // namespace frugald::ctl
