#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ctl/daemon.h"
#include "daemon/ctl/history.h"

namespace frugald::ctl {

// The verbs of frugalctl: each asks the daemon, shows the answer, and returns the exit code.

/// One line per distinct outcome, nodes folded; what did not happen goes to stderr.
int show_outcomes(const Terminal& terminal, const Attempt<Json>& answer);
int show_status(const Terminal& terminal, const Daemon& daemon);

struct NodesOptions {
    std::string nodes;    // empty: all
    std::string columns;  // "node,watts"; empty: the usual ones
    bool header = true;
    bool summary = false;  // one line per distinct state, nodes folded
};
int show_nodes(const Terminal& terminal, const Daemon& daemon, const NodesOptions& options);

/// Lists by chassis state, folded.
int show_power(const Terminal& terminal, const Daemon& daemon, const std::string& nodes);
int show_caps(const Terminal& terminal, const Daemon& daemon, const std::string& nodes);
int show_why(const Terminal& terminal, const Daemon& daemon, const std::string& node);
int show_events(const Terminal& terminal, const Daemon& daemon, const std::string& since,
                unsigned most);

/// Levels as a tree, then who is suspect.
int show_tree(const Terminal& terminal, const Daemon& daemon);

/// `all`: also what is ok. 1 if a check fails.
int show_doctor(const Terminal& terminal, const Daemon& daemon, bool all);

struct ActOptions {
    std::string nodes;
    std::string reason;
    bool dry_run = false;
    bool yes = false;
};
int change_power(const Terminal& terminal, const Daemon& daemon, const std::string& action,
                 const ActOptions& options, bool accept_job_loss);
/// Without a limit: release.
int change_cap(const Terminal& terminal, const Daemon& daemon, std::optional<double> limit_watts,
               const std::string& lasting, const ActOptions& options);
/// `options.nodes` may be "all".
int change_hold(const Terminal& terminal, const Daemon& daemon, bool release,
                const std::string& lasting, const ActOptions& options);

using Verb = std::function<int(const Terminal&, const Daemon&)>;

struct AuditOptions {
    std::string nodes;    // empty: all
    std::string since;    // a duration; empty: from the beginning
    unsigned most = 100;  // of show: the newest so many
    std::string noted;    // of verify: a hash noted down earlier
    std::string file;     // of check; "-": the standard input
};
int show_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options);
int verify_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options);
/// JSON lines, as they were hashed.
int export_audit(const Terminal& terminal, const Daemon& daemon, const AuditOptions& options);
/// Judges a file of entries by the rules N1 to N11; needs no daemon.
int check_audit(const Terminal& terminal, const AuditOptions& options);

}  // namespace frugald::ctl
