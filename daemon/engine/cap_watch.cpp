// Whether the limits that were set are still there, and whether the nodes keep to them.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/core/log.h"
#include "daemon/engine/cap_turn.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

constexpr std::chrono::hours check_interval{1};
constexpr std::chrono::minutes check_again_silent{1};
constexpr std::chrono::minutes check_again_lost{10};
constexpr std::size_t most_checks_at_once = 32;

std::string difference(const CapState& state) {
    return fmt::format("asked for {} W, the BMC says {} W", state.asked.value, state.limit.value);
}

void raise(std::optional<Watts>& maximum, const Measurement& power) {
    if (power.quality != Quality::good) return;
    maximum = std::max(maximum.value_or(Watts{}), Watts{power.value});
}

}  // namespace

bool Caps::same(Watts one, Watts other) { return std::abs(one.value - other.value) <= 1; }

void Caps::accept(Lease& lease, const CapReading& seen, const std::string& node) {
    CapState& state = lease.state;
    state.active = seen.active;
    state.way = seen.way;
    if (seen.most) state.maximum = seen.most;
    lease.session = tools_.modules.session(node);
    const auto now = Instant::now();
    if (!seen.active) {
        state.condition = CapCondition::lost;
        state.detail = "the BMC does not show it as active";
        lease.check_at = now.steady + check_again_lost;
        return;
    }
    state.limit = seen.limit;
    state.condition = CapCondition::in_force;
    state.detail = same(state.limit, state.asked) ? std::string{} : difference(state);
    lease.obedience.begin(seen.limit, seen.correction, now.wall);
    lease.check_at = now.steady + check_interval;
}

asio::awaitable<void> Caps::watch(std::shared_ptr<const Snapshot> picture) {
    std::vector<asio::awaitable<void>> checks;
    for (auto& [node, lease] : leases_) {
        const auto found = picture->nodes.find(node);
        if (found == picture->nodes.end() || busy_.count(node) > 0) continue;
        if (found->second.power) judge(node, lease, *found->second.power);
        if (is_due(node, lease, found->second) && checks.size() < most_checks_at_once)
            checks.push_back(check(node));
    }
    for (auto& [node, no] : refusals_) {
        const auto found = picture->nodes.find(node);
        if (found != picture->nodes.end() && found->second.power)
            raise(no.maximum, *found->second.power);
    }
    co_await all_of(tools_.loop, std::move(checks));
}

void Caps::judge(const std::string& node, Lease& lease, const Measurement& power) {
    CapState& state = lease.state;
    raise(state.maximum, power);
    if (state.condition != CapCondition::in_force && state.condition != CapCondition::not_obeyed)
        return;
    switch (lease.obedience.take(power)) {
        case Obedience::Change::none:
            return;
        case Obedience::Change::disobeys:
            state.condition = CapCondition::not_obeyed;
            state.detail = fmt::format("it draws {:.0f} W under a limit of {} W", power.value,
                                       state.limit.value);
            tools_.journal.note(node, "cap", "not obeyed: " + state.detail);
            log::warning("{}: the power limit is not obeyed: {}", node, state.detail);
            return;
        case Obedience::Change::obeys:
            state.condition = CapCondition::in_force;
            state.detail = same(state.limit, state.asked) ? std::string{} : difference(state);
            tools_.journal.note(node, "cap",
                                fmt::format("obeyed again: it draws {:.0f} W", power.value));
            log::notice("{}: the power limit is obeyed again", node);
            return;
    }
}

bool Caps::is_due(const std::string& node, Lease& lease, const Node& now) const {
    const unsigned session = tools_.modules.session(node);
    const bool restarted = session != 0 && session != lease.session;
    const bool woke = lease.chassis == Chassis::off && now.chassis == Chassis::on;
    if (now.chassis != Chassis::unknown) lease.chassis = now.chassis;
    if (restarted) lease.session = session;
    if (restarted || woke) lease.check_at = {};
    return now.reachable && lease.chassis != Chassis::off && steady_now() >= lease.check_at;
}

asio::awaitable<void> Caps::check(std::string node) {
    const Turn turn = co_await Turn::of(*this, node);
    if (leases_.find(node) == leases_.end()) co_return;
    const auto now = co_await tools_.modules.cap(node);
    Lease& lease = leases_.at(node);
    // One that is over is only released, whatever the BMC shows.
    if (!now || lease.over(Instant::now())) {
        lease.check_at = steady_now() + check_again_silent;
        co_return;
    }
    const CapState& state = lease.state;
    if (!now->active) {
        const auto why = fmt::format(
            "the BMC does not show the limit of {} W any more; has it "
            "restarted?",
            state.limit.value);
        co_return co_await set_again(node, why);
    }
    if (!same(now->limit, state.limit)) {
        const auto why = fmt::format("the BMC shows a limit of {} W instead of {} W",
                                     now->limit.value, state.limit.value);
        co_return co_await set_again(node, why);
    }
    const bool known =
        state.condition == CapCondition::in_force || state.condition == CapCondition::not_obeyed;
    lease.check_at = steady_now() + check_interval;
    if (known) co_return;
    accept(lease, *now, node);
    tools_.journal.note(node, "cap", fmt::format("limit {} W seen in force", state.limit.value));
}

std::string Caps::why_jobs_are_unknown() const {
    if (!tools_.modules.schedules()) return {};
    if (!tools_.scheduler.failure().empty())
        return "which jobs run there is not known: " + tools_.scheduler.failure();
    const auto age = tools_.scheduler.age(Instant::now());
    if (!age) return "Slurm was never read: which jobs run there is not known";
    if (*age > tools_.config.guard.max_scheduler_age)
        return fmt::format("which jobs run there is not known: Slurm's state is {} old, {} allowed",
                           *age, tools_.config.guard.max_scheduler_age);
    return {};
}

/// A lease may come back from the store after its limit was released, or a job may have begun on
/// nodes without one: then the job would wait for this node.
GuardedJobs Caps::jobs_with_other_limits(const std::string& node, Watts asked) const {
    GuardedJobs jobs{why_jobs_are_unknown()};
    for (const auto id : tools_.scheduler.jobs_on(node)) {
        const SchedulerJob* job = tools_.scheduler.job(id);
        if (!job) continue;
        for (const auto& other : job->nodes) {
            const auto lease = leases_.find(other);
            const bool same_limit =
                other == node || (lease != leases_.end() && lease->second.state.asked == asked &&
                                  lease->second.state.condition != CapCondition::lost);
            if (!same_limit && jobs.uneven.empty())
                jobs.uneven = fmt::format("job {} also runs on {}, which has no limit of {} W", id,
                                          other, asked.value);
        }
    }
    return jobs;
}

asio::awaitable<void> Caps::set_again(std::string node, std::string why) {
    if (tools_.modules.schedules()) static_cast<void>(co_await tools_.scheduler.fresh());
    const auto lease = leases_.find(node);
    if (lease == leases_.end() || lease->second.over(Instant::now())) co_return;
    const CapState state = lease->second.state;
    Action action;
    action.kind = ActionKind::set_cap;
    action.node = node;
    action.actor = Actor::daemon;
    action.actor_name = "lease of " + state.owner;
    action.reason = why;
    action.cap = state.asked;
    action.lease_end = state.lease_end;
    const auto jobs = jobs_with_other_limits(node, state.asked);
    if (const auto no = refused(action, jobs)) co_return lose(node, why + "; " + no->text);
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return lose(node, why + "; " + ids.error().text);
    if (const auto no = refused_meanwhile(action, ids->front()))
        co_return lose(node, why + "; " + no->text);
    log::warning("{}: {}; the limit is set again", node, why);
    leases_.at(node).state.condition = CapCondition::unconfirmed;
    const auto done = co_await apply(action, ids->front());
    if (!done && leases_.at(node).state.condition != CapCondition::in_force)
        lose(node, why + "; " + done.error().text);
}

void Caps::lose(const std::string& node, std::string why) {
    Lease& lease = leases_.at(node);
    lease.state.condition = CapCondition::lost;
    lease.state.active = false;
    lease.check_at = steady_now() + check_again_lost;
    if (lease.state.detail != why) {
        tools_.journal.note(node, "cap", "lost: " + why);
        log::warning("{}: the power limit is lost: {}", node, why);
    }
    lease.state.detail = std::move(why);
}

}  // namespace frugald
