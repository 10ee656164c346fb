#pragma once

#include <deque>
#include <set>

#include "daemon/engine/guard.h"
#include "daemon/engine/holds.h"
#include "daemon/engine/intent.h"
#include "daemon/engine/modules.h"
#include "daemon/engine/scheduler_watch.h"
#include "daemon/telemetry/fleet.h"

namespace frugald {

/// Gathers what the guard judges by, from the live state of the loop thread.
class Situation {
public:
    Situation(const Config& config, const Modules& modules, const Fleet& fleet,
              const SchedulerWatch& scheduler, const Holds& holds);

    /// After a reload of the configuration that was given by reference.
    void configured();
    /// `intent` and `newest` are absent for what serves no request of its own.
    GuardFacts facts(const Action& action, const Intent* intent, std::uint64_t newest) const;
    bool managed(const std::string& node) const { return managed_.count(node) > 0; }
    /// A node that policy has sent to sleep counts against the budget for ten minutes.
    void count_off(SteadyTime at);

private:
    std::string protected_why(const std::string& node) const;
    unsigned offs_lately(SteadyTime now) const;

    const Config& config_;
    const Modules& modules_;
    const Fleet& fleet_;
    const SchedulerWatch& scheduler_;
    const Holds& holds_;
    std::set<std::string> managed_;
    std::set<std::string> never_touch_;
    std::string own_host_;
    std::deque<SteadyTime> offs_;
};

}  // namespace frugald
