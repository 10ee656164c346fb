#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/core/action.h"
#include "daemon/core/mode.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/core/snapshot.h"

namespace frugald {

/// Which request an action serves, where it serves one of the hooks' or an administrator's.
struct GuardedIntent {
    std::uint64_t generation = 0;
    std::uint64_t newest = 0;  // of this node, at this moment
    Instant deadline{};
    bool resuming = false;  // the request is a resume
};

/// One budget of N10, as far as it is used: every figure with the limit that it may not pass.
struct GuardedBudget {
    std::string name;
    std::string of;  // "nodes suspended in the last 10 min"
    unsigned used = 0;
    unsigned allowed = 0;
    bool of_mode = false;  // not the site's: the small one of the mode
};

/// One level of the power tree above the node, as it would be after the action (N3).
struct GuardedFeed {
    std::string name;
    Watts expected{};
    Watts limit{};
    unsigned fresh_percent = 100;  // nodes below it that are known now (N7)
};

/// The jobs on the node that run elsewhere too, as a change of its limit would treat them (N5).
struct GuardedJobs {
    std::string uneven{};  // not empty: which job would have other nodes with other limits
    std::optional<std::chrono::seconds> since_change{};  // of the youngest change of such a job
};

/// Everything the guard may look at, gathered in the moment before the action is sent.
struct GuardFacts {
    Instant now;
    Mode mode = Mode::observe;  // for this node and this kind of action
    bool approved = false;      // `frugalctl approve`: a plan of mode advise may go ahead
    std::string demoted{};      // not empty: frugald lowered its own mode, and why
    std::optional<std::string> hold_all{};  // the kill switch: who and why
    std::optional<HoldState> node_hold{};
    std::string closed_window{};  // not empty: policies may not do this now
    bool managed = false;
    std::string protected_why{};  // not empty: a host that is never touched, and why
    std::string identity{};       // not empty: why its BMC may be another machine's (N9)
    unsigned bmc_rounds = 0;      // answers of this BMC since the start
    unsigned scheduler_rounds = 0;
    unsigned settle_rounds = 2;
    bool scheduler_configured = false;
    std::string scheduler_failure{};  // why the reading just before this failed; empty: it did not
    std::optional<std::chrono::milliseconds> scheduler_age{};
    std::chrono::milliseconds max_scheduler_age{10000};
    std::optional<SchedulerNode> node{};  // absent: the scheduler does not know it
    std::vector<std::uint32_t> jobs{};    // that occupy the node
    std::string reservation{};            // not empty: one that is in use on the node
    std::optional<GuardedIntent> intent{};
    std::vector<GuardedBudget> budgets{};
    std::vector<GuardedFeed> feeds{};  // of a power-on or the end of a limit
    unsigned fresh_percent = 100;      // of all managed nodes with a BMC
    unsigned least_fresh_percent = 80;
    GuardedJobs shared_jobs{};  // of a change of the limit
    Watts least_cap{};
};

/// Allowed, or refused by a rule of safety.md with the figure that failed.
struct Verdict {
    bool allowed = true;
    std::string rule{};  // "N1"
    std::string why{};
};

/// The one gate that every action passes, just before it is sent. Pure. The first rule of
/// `guard_rules` that refuses is named.
Verdict guard(const Action& action, const GuardFacts& facts);
using Guard = Verdict (*)(const Action& action, const GuardFacts& facts);

/// What the gate is made of, in the order they are asked.
struct GuardRule {
    const char* number;  // of safety.md
    Guard ask;
};
std::span<const GuardRule> guard_rules();

}  // namespace frugald
