#include "daemon/engine/plans.h"

#include <algorithm>

namespace frugald {

namespace {

/// A node that is needed again so soon after its boot should have stayed on.
constexpr std::chrono::minutes regret_after_boot{5};

}  // namespace

void Plans::propose(const Action& action, Instant now) {
    const auto same = [&action](const Plan& plan) {
        return plan.action.node == action.node && plan.action.kind == action.kind;
    };
    if (std::ranges::any_of(plans_, same)) return;
    plans_.push_back({++last_id_, action, now});
}

std::vector<PlanLine> Plans::list() const {
    std::vector<PlanLine> lines;
    for (const auto& plan : plans_)
        lines.push_back({plan.id, plan.action.node, to_string(plan.action.kind),
                         plan.action.actor_name, plan.action.reason, plan.made.wall,
                         plan.made.wall + lifetime});
    return lines;
}

void Plans::expire(Instant now) {
    while (!plans_.empty() && now.reached(plans_.front().made + lifetime)) plans_.pop_front();
}

std::optional<Action> Plans::take(std::uint64_t id, Instant now) {
    expire(now);
    const auto found = std::ranges::find(plans_, id, &Plan::id);
    if (found == plans_.end()) return std::nullopt;
    Action action = std::move(found->action);
    plans_.erase(found);
    action.approved = true;
    return action;
}

void Plans::would_suspend(const std::string& node, std::optional<Watts> idle, Instant now) {
    if (off_.count(node) > 0) return;
    off_[node] = {now, idle.value_or(Watts{})};
    ++shadow_.suspends;
    if (!idle) ++shadow_.unmeasured;
}

void Plans::follow(const Snapshot& picture, std::chrono::milliseconds boot) {
    for (auto at = off_.begin(); at != off_.end();) {
        const auto node = picture.nodes.find(at->first);
        const bool idle = node != picture.nodes.end() && node->second.idle_since;
        if (idle) {
            ++at;
            continue;
        }
        const auto lasted = picture.at.steady - at->second.since.steady;
        const auto asleep = std::max<std::chrono::steady_clock::duration>(lasted - boot, {});
        if (lasted < boot + regret_after_boot) ++shadow_.regrets;
        shadow_.saved += at->second.idle * Seconds{asleep};
        at = off_.erase(at);
    }
    shadow_.asleep_now = off_.size();
}

}  // namespace frugald
