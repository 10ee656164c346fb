#include "daemon/engine/off_ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald {

namespace {

using namespace std::chrono_literals;

/// Mode guarded (safety.md, Modes), when the site says nothing itself.
constexpr unsigned small_budget = 2;

}  // namespace

void OffLedger::configured() {
    budgets_.clear();
    budgets_.push_back({config_.guard.all, {}});
    for (const auto& budget : config_.guard.budgets)
        budgets_.push_back({budget, {budget.nodes.begin(), budget.nodes.end()}});
}

void OffLedger::count(const std::string& node, WallTime at) {
    std::erase_if(offs_, [at](const Off& off) { return at - off.at >= 24h; });
    offs_.push_back({at, node});
}

unsigned OffLedger::offs(const Budget& budget, WallTime since) const {
    return static_cast<unsigned>(std::ranges::count_if(
        offs_, [&](const Off& off) { return off.at > since && budget.has(off.node); }));
}

/// Nodes that a job could take at once.
unsigned OffLedger::available(const Budget& budget) const {
    if (!scheduler_.view()) return 0;
    return static_cast<unsigned>(std::ranges::count_if(
        scheduler_.view()->nodes,
        [&](const auto& entry) { return entry.second.serves_idle() && budget.has(entry.first); }));
}

void OffLedger::add_figures(const Budget& budget, const std::string& node, WallTime now,
                            std::vector<GuardedBudget>& to) const {
    const auto& config = budget.config;
    if (config.offs_per_10_minutes)
        to.push_back({config.name, "suspended in the last 10 min", offs(budget, now - 10min),
                      *config.offs_per_10_minutes});
    if (config.offs_per_day)
        to.push_back({config.name, "suspended in the last 24 h", offs(budget, now - 24h),
                      *config.offs_per_day});
    if (config.cycles_per_node_day)
        to.push_back({node, "suspended in the last 24 h",
                      static_cast<unsigned>(std::ranges::count(offs_, node, &Off::node)),
                      *config.cycles_per_node_day});
    if (config.warm_pool)
        to.push_back({config.name, "to be kept idle and on, of those that are", *config.warm_pool,
                      available(budget)});
}

std::vector<GuardedBudget> OffLedger::figures(const std::string& node, Mode mode,
                                              Instant now) const {
    std::vector<GuardedBudget> all;
    for (const auto& budget : budgets_)
        if (budget.has(node)) add_figures(budget, node, now.wall, all);
    const auto given = config_.guard.all.offs_per_10_minutes;
    const unsigned in_mode = mode == Mode::enforce ? 0 : small_budget;
    if (!given || (mode != Mode::enforce && *given > small_budget))
        all.push_back({fmt::format("mode {}", to_string(mode)), "suspended in the last 10 min",
                       offs(budgets_.front(), now.wall - 10min), in_mode, true});
    const auto* slurm = scheduler_.node(node);
    if (slurm && slurm->boot_time && now.wall - *slurm->boot_time < config_.guard.min_up)
        all.push_back(
            {node,
             fmt::format("just booted: on for {} s of at least {} s",
                         (now.wall - *slurm->boot_time) / 1s, config_.guard.min_up.count()),
             1, 0});
    return all;
}

}  // namespace frugald
