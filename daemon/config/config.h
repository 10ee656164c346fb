#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/ledger_settings.h"
#include "daemon/core/log.h"
#include "daemon/core/mode.h"
#include "daemon/core/power_model.h"
#include "daemon/core/power_tree.h"
#include "daemon/core/pue_settings.h"
#include "daemon/core/result.h"
#include "daemon/core/secret.h"
#include "daemon/core/settings.h"
#include "daemon/core/window.h"

namespace frugald {

struct DaemonConfig {
    std::filesystem::path state_directory = "/var/lib/frugald";
    std::filesystem::path runtime_directory = "/run/frugald";  // empty (in tests): no socket
    std::filesystem::path spool_directory = "/var/spool/frugald";
    std::filesystem::path plugin_directory;    // empty: beside the program, else the installed one
    std::filesystem::path profiles_directory;  // likewise
    std::filesystem::path secrets_file = "/etc/frugald/secrets.toml";
    log::Priority log_level = log::Priority::info;
    std::chrono::milliseconds snapshot_interval{1000};   // how often the picture is published
    std::chrono::milliseconds scheduler_interval{5000};  // how often the scheduler is read
    std::chrono::milliseconds store_interval{10000};     // how often readings are written
    std::chrono::milliseconds stale_after{60000};        // a reading older than this is stale
    std::chrono::hours keep_readings{24 * 30};           // as they were measured
    std::chrono::hours keep_five_minutes{24 * 730};      // power and energy, by 5 minutes
    std::chrono::hours keep_hours{24 * 3650};            // everything, by the hour
    unsigned keep_free_percent = 5;  // of the file system; the oldest readings go for it
    /// How often leases and the spool are looked at. No key sets it: simulations take longer ones.
    std::chrono::milliseconds housekeeping_interval{1000};
};

struct AccessConfig {
    std::string http_listen = "127.0.0.1:9877";    // read-only; empty: no TCP at all
    std::string admin_group = "frugald-admin";     // may act on api.sock, beside root
    std::string view_group;                        // may read on api.sock; empty: everyone
    std::vector<std::string> hook_users{"slurm"};  // may call hook.sock, beside root
};

/// How much policies may switch off, of some nodes or of all. Absent: this budget does not limit
/// it. Of all budgets a node is in the most restrictive counts.
struct BudgetConfig {
    std::string name;
    std::vector<std::string> nodes{};  // empty: all
    std::optional<unsigned> offs_per_10_minutes{};
    std::optional<unsigned> offs_per_day{};         // in any 24 hours
    std::optional<unsigned> cycles_per_node_day{};  // offs of one node in any 24 hours
    std::optional<unsigned> warm_pool{};            // idle and on, and so many stay
};

struct GuardConfig {
    Mode mode = Mode::observe;
    std::vector<ModeRule> modes;                         // `mode` is the first
    std::chrono::milliseconds max_scheduler_age{10000};  // N1
    std::chrono::milliseconds off_margin{10000};         // N2: hook time + SuspendTimeout - this
    unsigned settle_rounds = 2;                          // N11: full polling rounds after start
    /// N10, for all nodes; `offs_per_10_minutes` absent: 2 in mode guarded, none in enforce.
    BudgetConfig all{"all nodes", {}, std::nullopt, std::nullopt, 6, std::nullopt};
    std::vector<BudgetConfig> budgets;
    std::chrono::seconds min_up{10 * 60};    // N10, flapping: on at least so long
    std::chrono::seconds min_down{10 * 60};  // and off at least so long, where policies wake
    unsigned least_fresh_percent = 80;       // N7
    std::vector<TimeWindow> windows;         // N11
    unsigned failed_boots = 2;               // in a row: quarantine
};

struct PowerConfig {
    std::chrono::milliseconds soft_off_grace{60000};  // then a hard off, if the deadline allows
    bool soft_off_first = false;                      // a suspend starts with an orderly shutdown
    std::chrono::milliseconds verify_after{1000};     // first read-back after a command
    std::chrono::milliseconds verify_for{15000};      // then the command counts as not obeyed
    unsigned attempts = 3;
    bool resume_fail_off = false;  // ResumeFailProgram switches the node off (else only an event)
};

struct CapConfig {
    std::chrono::seconds default_lease{15 * 60};
    std::chrono::seconds longest_lease{24 * 3600};
    double least_watts = 100;  // a lower limit is refused
};

struct IdlePolicyConfig {
    bool enabled = false;
    std::chrono::seconds idle_for{30 * 60};
    unsigned spare_nodes = 2;             // this many idle, powered nodes stay up
    std::vector<std::string> partitions;  // empty: all
};

/// What is done when Slurm and the BMCs disagree (docs/reconciler.md).
struct ReconcilerConfig {
    std::chrono::seconds grace{90};        // a disagreement is reported when it has lasted so long
    std::chrono::seconds hands_off{3600};  // a node switched by someone else is held so long
    std::vector<std::string> repair;       // names of Disagreement; empty: only reported
    unsigned repairs_per_hour = 4;
};

struct PowerTreeConfig {
    std::filesystem::path import;  // a CSV file of more feeds; empty: none
    double derating = 0.8;         // of ratings in amperes where the feed does not say (NEC)
};

/// The whole configuration. Tables that are not the daemon's own (`[ipmi]`, `[slurm]`, ...) name
/// plugins and are handed over unread.
struct Config {
    std::vector<std::string> managed_nodes;  // expanded; nothing else is ever acted upon
    std::vector<std::string> never_touch;    // expanded; wins over managed_nodes
    DaemonConfig daemon;
    AccessConfig access;
    GuardConfig guard;
    PowerConfig power;
    CapConfig cap;
    IdlePolicyConfig idle;
    PowerModels models;  // what nodes draw when nothing measures them, and at most
    PowerTree feeds;     // N3
    PowerTreeConfig power_tree;
    ReconcilerConfig reconciler;
    std::optional<PueSettings> pue;  // absent: no PUE
    LedgerSettings ledger;
    std::vector<Settings> plugins;  // path = plugin name
    std::vector<std::string> warnings;
};

/// Reads FILE and FILE's neighbour conf.d/*.toml (in name order; later files add tables and may
/// not repeat a key). All mistakes in one Error, a line each: "file:line:column: message".
Result<Config> load_config(const std::filesystem::path& file);

/// `[section]` and keys of everything load_config asks for, for the test of the manual.
std::vector<std::string> known_config_keys();

/// Secrets by name: a file of that name in $CREDENTIALS_DIRECTORY, else a key of the secrets
/// file, which must be a regular file of ours or root's with no rights for others (0600, 0640
/// with our own group). The error names the secret and both places, never the content.
Result<Secret> read_secret(const std::filesystem::path& secrets_file, std::string_view name);

}  // namespace frugald
