#include "daemon/ctl/request.h"

namespace frugald::ctl {

void add_doctor(CLI::App& app, Request& request) {
    CLI::App* const doctor =
        app.add_subcommand("doctor", "What is set up wrongly, and what to do about it");
    doctor->add_flag("-v,--verbose", request.verbose, "also the checks that found nothing");
    doctor->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return show_doctor(terminal, daemon, request.verbose);
        };
    });
}

void add_top(CLI::App& app, Request& request) {
    TopOptions& options = request.top;
    CLI::App* const verb = app.add_subcommand("top", "Watts per node, live");
    verb->add_option("-s,--sort", options.sort, "watts, name or temp (default watts)")
        ->check(CLI::IsMember({"watts", "name", "temp"}));
    verb->add_option("-n,--rows", options.rows, "at most so many nodes");
    verb->add_option("-d,--delay", options.every_s, "seconds between refreshes (default 2)")
        ->check(CLI::Range(0.2, 3600.0));
    verb->add_option("-c,--count", options.count, "end after so many refreshes");
    verb->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon& daemon) {
            return top(terminal, daemon, request.top);
        };
    });
}

void add_discover(CLI::App& app, Request& request) {
    DiscoverOptions& options = request.discover;
    CLI::App* const verb = app.add_subcommand("discover", "What the BMCs are; needs no frugald");
    verb->add_option("nodes", options.nodes, nodes_help)->required();
    verb->add_option("--bmc", options.bmc, "BMCs: a pattern (default {node}-bmc), or a list");
    verb->add_option("--port", options.port, "UDP port (default 623)")->check(CLI::Range(1, 65535));
    auto* const user = verb->add_option("--user", options.user, "log in as this user");
    auto* const file =
        verb->add_option("--secret-file", options.secret_file, "file with the password, mode 0600");
    user->needs(file);
    file->needs(user);
    verb->add_option("--secret-name", options.secret_name, "its name in the proposal");
    verb->add_option("--privilege", options.privilege, "user, operator or administrator (default)")
        ->check(CLI::IsMember({"user", "operator", "administrator"}));
    verb->add_option("--rate", options.rate, "packets per second (default 200)")
        ->check(CLI::Range(1, 100000));
    verb->add_option("-o,--output", options.output, "new file for the proposed configuration");
    verb->callback([&request] {
        request.verb = [&request](const Terminal& terminal, const Daemon&) {
            return discover(terminal, request.discover);
        };
    });
}

}  // namespace frugald::ctl
