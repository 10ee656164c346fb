// How leases end, and what is known of a limit.

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/engine/caps.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {
constexpr std::chrono::seconds try_again_after{30};
}

void Caps::expire(WallTime now) {
    for (const auto& [node, lease] : leases_) {
        const bool over = now >= *lease.state.lease_end || steady_now() >= lease.ends;
        // One silent BMC does not hold up the others' ends.
        if (over && ending_.insert(node).second) tools_.tasks.spawn(end_lease(node));
    }
}

asio::awaitable<void> Caps::end_lease(std::string node) {
    Action action;
    action.kind = ActionKind::release_cap;
    action.node = node;
    action.actor = Actor::daemon;
    action.actor_name = "lease of " + leases_.at(node).state.owner;
    action.reason = "the lease has ended";
    const auto result = co_await release(action, false);
    ending_.erase(node);
    if (result.kind == Outcome::Kind::done) co_return;
    log::warning("{}: the lease of the cap has ended, but it cannot be released yet: {}", node,
                 result.text);
    // Tried again in a while, not every second.
    const auto again = leases_.find(node);
    if (again == leases_.end()) co_return;
    again->second.state.lease_end = Instant::now().wall + try_again_after;
    again->second.ends = steady_now() + try_again_after;
}

asio::awaitable<void> Caps::release_all(std::string why) {
    const auto release_one = [this, why](std::string node) -> asio::awaitable<void> {
        Action action;
        action.kind = ActionKind::release_cap;
        action.node = node;
        action.actor = Actor::daemon;
        action.actor_name = "frugald";
        action.reason = why;
        const auto result = co_await release(action, false);
        if (result.kind != Outcome::Kind::done)
            log::warning("{}: the cap stays: {}", node, result.text);
    };
    std::vector<asio::awaitable<void>> jobs;
    for (const auto& node : capped()) jobs.push_back(release_one(node));
    co_await all_of(tools_.loop, std::move(jobs));
}

std::optional<CapState> Caps::state(std::string_view node) const {
    const auto found = leases_.find(node);
    if (found != leases_.end()) return found->second.state;
    const auto no = refusals_.find(node);
    if (no == refusals_.end() || no->second.count < enough_refusals) return std::nullopt;
    CapState state;
    state.condition = CapCondition::not_cappable;
    state.detail = no->second.why;
    state.maximum = no->second.maximum;
    return state;
}

std::vector<std::string> Caps::capped() const {
    std::vector<std::string> nodes;
    for (const auto& [node, lease] : leases_) nodes.push_back(node);
    return nodes;
}

}  // namespace frugald
