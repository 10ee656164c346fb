#include <deque>

#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

constexpr std::int64_t ten_minutes_ms = 600'000, day_ms = 86'400'000;

/// N10: the policies' offs (by Slurm or by BMC) stay within every budget. A hook's off is Slurm's
/// decision and an administrator's his own.
class WithinBudgets final : public Rule {
public:
    explicit WithinBudgets(Findings& findings) : Rule("N10", findings) {}

    void see(const Record& record, const Facts& facts) override {
        const auto action = record.text("action");
        const bool off = cuts_power(action) || action == "suspend";
        if (record.kind != "command" || !off || record.text("actor") != "policy") return;
        // One wish is one off, however often it has to be sent.
        const auto id = record.integer("id");
        if (id && !seen_.insert({record.node, *id}).second) return;
        offs_.push_back({record.at_ms, record.node});
        while (offs_.front().at_ms <= record.at_ms - day_ms) offs_.pop_front();
        for (const auto& [name, budget] : facts.budgets()) judge(record, name, budget, facts);
    }

private:
    struct Off {
        std::int64_t at_ms;
        std::string node;
    };

    /// A budget is asked about for every off, and its nodes stay the same.
    const Names& members(const Record& budget) {
        const auto found = members_.find(budget.text("nodes"));
        if (found != members_.end()) return found->second;
        return members_.emplace(budget.text("nodes"), nodes_of(budget, "nodes")).first->second;
    }

    std::int64_t count(std::int64_t since_ms, const Names& nodes) const {
        return std::count_if(offs_.begin(), offs_.end(), [&](const Off& off) {
            return off.at_ms > since_ms && nodes.contains(off.node);
        });
    }

    void judge(const Record& off, const std::string& name, const Record& budget,
               const Facts& facts) {
        const auto& nodes = members(budget);
        if (!nodes.contains(off.node)) return;
        judged();
        const auto limit = [&](const char* field, std::int64_t counted, const char* what) {
            const auto most = budget.integer(field);
            if (most && counted > *most)
                violated(off, fmt::format("{} {} in {}, {} allowed", counted, what, name, *most));
        };
        limit("offs_per_10_minutes", count(off.at_ms - ten_minutes_ms, nodes),
              "offs in 10 minutes");
        limit("offs_per_day", count(off.at_ms - day_ms, nodes), "offs in a day");
        limit("cycles_per_node_day", count(off.at_ms - day_ms, {off.node}),
              "offs of the node in a day");
        if (const auto least = budget.integer("warm_pool"))
            judge_pool(off, name, nodes, *least, facts);
    }

    /// Only the world tells which nodes are idle and on.
    void judge_pool(const Record& off, const std::string& name, const Names& nodes,
                    std::int64_t least, const Facts& facts) {
        std::int64_t ready = 0;
        bool known = false;
        for (const auto& node : nodes) {
            const auto* truth = facts.node(node).world_slurm;
            known = known || truth;
            if (!truth || node == off.node) continue;
            const auto state = truth->text("state");
            const bool plain_idle = state == "idle" || state == "IDLE";
            ready += plain_idle && !truth->flag("busy") && !truth->flag("powering_up");
        }
        if (known && ready < least)
            violated(off, fmt::format("only {} idle nodes are left on in {}, {} have to be", ready,
                                      name, least));
    }

    std::map<std::string, Names> members_;  // by nodeset
    std::deque<Off> offs_;
    std::set<std::pair<std::string, std::int64_t>> seen_;
};

}  // namespace

std::unique_ptr<Rule> within_budgets(Findings& findings) {
    return std::make_unique<WithinBudgets>(findings);
}

}  // namespace frugald::audit
