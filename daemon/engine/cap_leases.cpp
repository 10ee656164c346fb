// How leases are kept and end, and what is known of a limit.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/fields.h"
#include "daemon/core/log.h"
#include "daemon/engine/cap_turn.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {
constexpr std::chrono::seconds try_again_after{30};
}

void Caps::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, text] : kept) {
        std::string_view rest = text;
        CapState lease;
        lease.asked = lease.limit = Watts{number_in<double>(cut(rest, ';'))};
        lease.lease_end = from_unix_ms(number_in<std::int64_t>(cut(rest, ';')));
        // The steady clock begins anew with the machine: then the wall clock's end is the earlier.
        const auto steady_end =
            rest.find(';') == rest.npos ? 0 : number_in<std::int64_t>(cut(rest, ';'));
        lease.owner = rest;
        lease.active = true;
        lease.condition = CapCondition::unconfirmed;
        leases_[node].state = lease;
        auto& ends = leases_[node].ends;
        ends = instant_at(*lease.lease_end, Instant::now()).steady;
        if (steady_end > 0)
            ends = std::min(ends, SteadyTime{std::chrono::milliseconds{steady_end}});
    }
}

void Caps::keep(const std::string& node, const CapState& lease) {
    Lease& kept = leases_[node];
    // The same lease once more: its end does not move with the wall clock.
    if (kept.state.lease_end != lease.lease_end)
        kept.ends = instant_at(*lease.lease_end, Instant::now()).steady;
    kept.state = lease;
    kept.check_at = kept.release_at = {};
    const auto steady_end =
        std::chrono::floor<std::chrono::milliseconds>(kept.ends.time_since_epoch());
    tools_.journal.keep(space, node,
                        fmt::format("{};{};{};{}", lease.asked.value, to_unix_ms(*lease.lease_end),
                                    steady_end.count(), lease.owner));
}

void Caps::drop(const std::string& node) {
    leases_.erase(node);
    tools_.journal.drop(space, node);
}

void Caps::expire(WallTime now) {
    for (const auto& [node, lease] : leases_) {
        const bool due = lease.over({steady_now(), now}) && steady_now() >= lease.release_at;
        // One silent BMC does not hold up the others' ends.
        if (due && ending_.insert(node).second) tools_.tasks.spawn(end_lease(node));
    }
}

asio::awaitable<Outcome> Caps::release(std::string node, std::string by, std::string why) {
    Action action;
    action.kind = ActionKind::release_cap;
    action.node = std::move(node);
    action.actor = Actor::daemon;
    action.actor_name = std::move(by);
    action.reason = std::move(why);
    auto verdict = judge(action, {});
    if (verdict.kind != Outcome::Kind::planned) co_return verdict;
    co_return co_await release_now(std::move(action));
}

/// It should be gone already, and could not be released.
void Caps::end_soon(const std::string& node) {
    const auto lease = leases_.find(node);
    if (lease == leases_.end()) return;
    CapState over = lease->second.state;
    over.lease_end = std::min(*over.lease_end, Instant::now().wall);
    keep(node, over);
    lease->second.release_at = steady_now() + try_again_after;
}

asio::awaitable<void> Caps::end_lease(std::string node) {
    const Turn turn = co_await Turn::of(*this, node);
    const auto lease = leases_.find(node);
    // Whoever had the turn may have given it another limit.
    if (lease == leases_.end() || !lease->second.over(Instant::now())) {
        ending_.erase(node);
        co_return;
    }
    const auto owner = "lease of " + lease->second.state.owner;
    const auto result = co_await release(node, owner, "the lease has ended");
    ending_.erase(node);
    if (result.kind == Outcome::Kind::done) co_return;
    log::warning("{}: the lease of the cap has ended, but it cannot be released yet: {}", node,
                 result.text);
    // Tried again in a while, not every second.
    const auto again = leases_.find(node);
    if (again != leases_.end()) again->second.release_at = steady_now() + try_again_after;
}

asio::awaitable<void> Caps::release_all(std::string why) {
    stopping_ = true;
    const auto release_one = [this, why](std::string node) -> asio::awaitable<void> {
        const Turn turn = co_await Turn::of(*this, node);
        if (leases_.find(node) == leases_.end()) co_return;
        const auto result = co_await release(node, "frugald", why);
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
