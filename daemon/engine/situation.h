#pragma once

#include <map>
#include <set>

#include "daemon/engine/admission.h"
#include "daemon/engine/guard/guard.h"
#include "daemon/engine/holds.h"
#include "daemon/engine/identities.h"
#include "daemon/engine/intent.h"
#include "daemon/engine/modes.h"
#include "daemon/engine/modules.h"
#include "daemon/engine/off_ledger.h"
#include "daemon/engine/scheduler_watch.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

/// Where the guard's facts come from.
struct Witnesses {
    const Config& config;
    const Modules& modules;
    const Fleet& fleet;
    const SchedulerWatch& scheduler;
    const Holds& holds;
    const Modes& modes;
    const Identities& identities;
    const Admission& admission;
    OffLedger& offs;
};

/// Gathers what the guard judges by, from the live state of the loop thread.
class Situation {
public:
    explicit Situation(Witnesses witnesses);

    /// After a reload of the configuration that was given by reference.
    void configured();
    /// `intent` and `newest` are absent for what serves no request of its own.
    GuardFacts facts(const Action& action, const Intent* intent, std::uint64_t newest) const;
    bool managed(const std::string& node) const { return managed_.count(node) > 0; }
    /// Not empty: why this host is never touched.
    std::string protected_why(const std::string& node) const;
    /// Of the managed nodes whose BMC was asked since the start, those whose chassis state is known
    /// now.
    unsigned fresh_percent(Instant now) const;
    /// A node that policy has sent to sleep counts against the budgets.
    void count_off(const std::string& node, WallTime at) { of_.offs.count(node, at); }
    Mode mode(const std::string& node, ActionClass action) const;
    /// A suspend that an administrator has approved: what Slurm's hook then wants of the node is
    /// approved too, for as long as Slurm may take to call it.
    void approve(const std::string& node) { approved_[node] = steady_now(); }

private:
    bool approved(const Action& action) const;
    void add_permission(const Action& action, GuardFacts& facts) const;
    void add_scheduler(const Action& action, GuardFacts& facts) const;
    void add_amounts(const Action& action, GuardFacts& facts) const;

    Witnesses of_;
    std::set<std::string> managed_;
    std::set<std::string> never_touch_;
    std::string own_host_;
    std::map<std::string, SteadyTime> approved_;
    mutable SteadyTime counted_{};
    mutable unsigned fresh_percent_ = 100;
};

}  // namespace frugald
