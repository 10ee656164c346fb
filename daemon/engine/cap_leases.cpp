// How leases end, and what is known of a limit.

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/engine/caps.h"
#include "daemon/ports/gather.h"

namespace frugald {

asio::awaitable<void> Caps::expire(WallTime now) {
    for (const auto& node : capped()) {
        const auto found = leases_.find(node);
        if (found == leases_.end() || now < *found->second.state.lease_end) continue;
        Action action;
        action.kind = ActionKind::release_cap;
        action.node = node;
        action.actor = Actor::daemon;
        action.actor_name = "lease of " + found->second.state.owner;
        action.reason = "the lease has ended";
        const auto result = co_await release(action, false);
        if (result.kind == Outcome::Kind::done) continue;
        log::warning("{}: the lease of the cap has ended, but it cannot be released yet: {}", node,
                     result.text);
        // Tried again in a while, not every second.
        if (const auto again = leases_.find(node); again != leases_.end())
            again->second.state.lease_end = now + std::chrono::seconds{30};
    }
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
