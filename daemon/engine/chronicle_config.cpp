// The configuration in the words of the audit.

#include <map>
#include <tuple>

#include "daemon/config/config.h"
#include "daemon/core/nodeset.h"
#include "daemon/engine/chronicle.h"

namespace frugald::chronicle {

namespace {

using Fields = std::vector<std::pair<std::string, HistoryValue>>;

void add(Fields& to, const char* name, const std::optional<unsigned>& value) {
    if (value) to.emplace_back(name, std::int64_t{*value});
}

void add_scopes(const Config& config, Instant at, std::vector<HistoryEntry>& to) {
    for (const auto& feed : config.feeds)
        if (const auto limit = feed.limit())
            to.push_back({at,
                          "scope",
                          {},
                          {{"name", feed.name},
                           {"limit_watts", limit->value / PowerFeed::headroom},
                           {"nodes", fold_nodeset(feed.nodes)}}});
}

/// One entry for all nodes with the same figures.
void add_figures(const Config& config, Instant at, std::vector<HistoryEntry>& to) {
    std::map<std::tuple<double, double, double, std::int64_t>, std::vector<std::string>> alike;
    for (const auto& [node, model] : config.models)
        alike[{model.idle.value, model.full.value, model.boot.value, model.boots_for.count()}]
            .push_back(node);
    for (const auto& [figures, nodes] : alike)
        to.push_back({at,
                      "figures",
                      {},
                      {{"nodes", fold_nodeset(nodes)},
                       {"idle_watts", std::get<0>(figures)},
                       {"running_watts", std::get<1>(figures)},
                       {"boot_watts", std::get<2>(figures)},
                       {"boot_ms", std::get<3>(figures) * 1000}}});
}

HistoryEntry budget(const BudgetConfig& config, const std::vector<std::string>& nodes, Instant at) {
    Fields fields{{"name", config.name}, {"nodes", fold_nodeset(nodes)}};
    add(fields, "offs_per_10_minutes", config.offs_per_10_minutes);
    add(fields, "offs_per_day", config.offs_per_day);
    add(fields, "cycles_per_node_day", config.cycles_per_node_day);
    add(fields, "warm_pool", config.warm_pool);
    return {at, "budget", {}, std::move(fields)};
}

}  // namespace

std::vector<HistoryEntry> configuration(const Config& config, const char* event,
                                        const std::vector<std::string>& protected_nodes) {
    const Instant now = Instant::now();
    std::vector<HistoryEntry> all;
    all.push_back({now,
                   "config",
                   {},
                   {{"event", std::string{event}},
                    {"managed", fold_nodeset(config.managed_nodes)},
                    {"protected", fold_nodeset(protected_nodes)},
                    {"settle_rounds", std::int64_t{config.guard.settle_rounds}},
                    {"max_scheduler_age_ms", config.guard.max_scheduler_age.count()},
                    {"fresh_percent", std::int64_t{config.guard.least_fresh_percent}},
                    {"headroom_percent", PowerFeed::headroom * 100},
                    {"least_cap_watts", config.cap.least_watts}}});
    add_scopes(config, now, all);
    add_figures(config, now, all);
    all.push_back(budget(config.guard.all, config.managed_nodes, now));
    for (const auto& one : config.guard.budgets) all.push_back(budget(one, one.nodes, now));
    return all;
}

}  // namespace frugald::chronicle
