// frugald-db: what `frugalctl db` starts. Says what it does in lines of JSON; mistakes on stderr.

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "daemon/db/backup.h"
#include "daemon/db/check.h"
#include "daemon/db/recover.h"

namespace {

using namespace frugald;
using Json = nlohmann::ordered_json;

enum Exit { exit_ok = 0, exit_damaged = 1, exit_usage = 2, exit_failed = 3 };

void say(const Json& line) {
    std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

int failed(const Error& error) {
    std::cerr << "frugald-db: " << error.text << '\n';
    if (error.fault == Fault::unparsable) return exit_damaged;
    return error.fault == Fault::invalid ? exit_usage : exit_failed;
}

int check(const db::CheckPlan& plan) {
    const auto report = [](const std::string& name, const FileCheck& found) {
        say({{"file", name},
             {"schema", found.schema},
             {"rows", found.rows},
             {"damaged", found.damaged},
             {"damage", found.damage}});
    };
    const auto damaged = db::check(plan, report);
    if (!damaged) return failed(damaged.error());
    return *damaged == 0 ? exit_ok : exit_damaged;
}

int backup(const db::BackupPlan& plan) {
    const db::BackupSink sink{
        [](const db::BackedUp& one) {
            say({{"file", one.name},
                 {"copied", one.copied},
                 {"bytes", one.bytes},
                 {"damage", one.damage.empty() ? Json(nullptr) : Json(one.damage)}});
        },
        [](const std::string& name, double part) {
            say({{"progress", name}, {"part", part}});
        }};
    const auto done = db::backup(plan, sink);
    return done ? exit_ok : failed(done.error());
}

int recover(const std::filesystem::path& directory) {
    const auto report = [](const db::Recovered& one) {
        say({{"file", one.name}, {"recovered", one.what.empty() ? Json(nullptr) : Json(one.what)}});
    };
    const auto done = db::recover(directory, report);
    return done ? exit_ok : failed(done.error());
}

}  // namespace

int main(int argc, char** argv) try {
    ::umask(077);
    std::filesystem::path directory, target;
    bool audit = false;
    CLI::App app{"Checks, copies and recovers frugald's databases", "frugald-db"};
    app.require_subcommand(1);
    const auto verb = [&](const char* name, const char* help) {
        auto* const one = app.add_subcommand(name, help);
        one->add_option("--directory", directory, "the state directory")->required();
        return one;
    };
    auto* const checking = verb("check", "Read everything");
    checking->add_flag("--audit", audit, "also the audit's chain");
    auto* const copying = verb("backup", "Copy everything");
    copying->add_option("--to", target, "where to")->required();
    verb("recover", "Set damaged files aside, read what can be read");
    CLI11_PARSE(app, argc, argv);
    if (checking->parsed()) return check({directory, audit});
    if (copying->parsed()) return backup({directory, target});
    return recover(directory);
} catch (const std::exception& error) {
    std::cerr << "frugald-db: " << error.what() << '\n';
    return exit_failed;
}
