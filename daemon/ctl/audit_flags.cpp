#include <memory>

#include "daemon/ctl/audit.h"

namespace frugald::ctl {

void add_audit(CLI::App& app, Verb& chosen) {
    const auto options = std::make_shared<AuditOptions>();
    CLI::App* const audit =
        app.add_subcommand("audit", "What was asked, decided and done, and why");
    audit->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, auto run) {
        CLI::App* const verb = audit->add_subcommand(name, help);
        verb->callback([&chosen, options, run] {
            chosen = [options, run](const Terminal& terminal, const Daemon& daemon) {
                return run(terminal, daemon, *options);
            };
        });
        return verb;
    };
    CLI::App* const show = add("show", "The newest entries", show_audit);
    CLI::App* const verify = add("verify", "Whether the chain of entries is whole", verify_audit);
    CLI::App* const all = add("export", "Entries as JSON lines, in order", export_audit);
    CLI::App* const check =
        add("check", "Whether the rules N1 to N11 were kept; needs no frugald",
            [](const Terminal& terminal, const Daemon&, const AuditOptions& chosen_options) {
                return check_audit(terminal, chosen_options);
            });
    for (CLI::App* const verb : {show, all}) {
        verb->add_option("nodes", options->nodes, "nodeset, as in 'c[001-064],gpu1'");
        verb->add_option("--since", options->since, "how far back: 90s, 15m, 1h, 2d");
    }
    show->add_option("-n,--most", options->most, "at most so many (default 100)")
        ->check(CLI::Range(1U, 5000U));
    verify->add_option("--noted", options->noted, "a hash noted down earlier: is it in the chain?");
    check->add_option("file", options->file, "JSON lines of frugalctl audit export; - for stdin")
        ->required();
}

}  // namespace frugald::ctl
