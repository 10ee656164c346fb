#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/engine/guard/guard.h"
#include "daemon/engine/scheduler_watch.h"

namespace frugald {

/// What policies have switched off lately, against the budgets of N10.
class OffLedger {
public:
    OffLedger(const Config& config, const SchedulerWatch& scheduler)
        : config_(config), scheduler_(scheduler) {}

    /// After a reload of the configuration.
    void configured();
    /// A policy has sent the node to sleep. On the wall clock, since it also comes from the journal
    /// of the run before.
    void count(const std::string& node, WallTime at);
    /// Every budget that a policy's off of this node would use.
    std::vector<GuardedBudget> figures(const std::string& node, Mode mode, Instant now) const;

private:
    struct Off {
        WallTime at{};
        std::string node;
    };
    struct Budget {
        BudgetConfig config;
        std::set<std::string, std::less<>> nodes;  // empty: all
        bool has(const std::string& node) const { return nodes.empty() || nodes.count(node) > 0; }
    };
    unsigned offs(const Budget& budget, WallTime since) const;
    unsigned available(const Budget& budget) const;
    void add_figures(const Budget& budget, const std::string& node, WallTime now,
                     std::vector<GuardedBudget>& to) const;

    const Config& config_;
    const SchedulerWatch& scheduler_;
    std::vector<Budget> budgets_;
    std::deque<Off> offs_;  // of the last 24 hours
};

}  // namespace frugald
