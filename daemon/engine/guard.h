#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/core/action.h"
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

/// Everything the guard may look at, gathered in the moment before the action is sent.
struct GuardFacts {
    Instant now;
    Mode mode = Mode::observe;
    std::optional<std::string> hold_all{};  // the kill switch: who and why
    std::optional<HoldState> node_hold{};
    bool managed = false;
    std::string protected_why{};  // not empty: a host that is never touched, and why
    unsigned bmc_rounds = 0;      // answers of this BMC since the start
    unsigned scheduler_rounds = 0;
    unsigned settle_rounds = 2;
    bool scheduler_configured = false;
    std::string scheduler_failure{};  // why the reading just before this failed; empty: it did not
    std::optional<std::chrono::milliseconds> scheduler_age{};
    std::chrono::milliseconds max_scheduler_age{10000};
    std::optional<SchedulerNode> node{};  // absent: the scheduler does not know it
    std::vector<std::uint32_t> jobs{};    // that occupy the node
    std::optional<GuardedIntent> intent{};
    unsigned offs_lately = 0;   // by policy, in the last 10 minutes, all nodes
    unsigned offs_allowed = 0;  // 0 in mode enforce: no limit
    Watts least_cap{};
};

/// Allowed, or refused by a rule of safety.md with the figure that failed.
struct Verdict {
    bool allowed = true;
    std::string rule{};  // "N1"
    std::string why{};
};

/// The one gate that every action passes, just before it is sent. Pure. Rules in the order
/// N8, N11, N2, N1, N10, N4, N5: the first that refuses is named.
Verdict guard(const Action& action, const GuardFacts& facts);

}  // namespace frugald
