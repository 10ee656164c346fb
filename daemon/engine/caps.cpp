#include "daemon/engine/caps.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/engine/cap_turn.h"
#include "daemon/engine/chronicle.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

Outcome outcome(const Action& action, Outcome::Kind kind, std::string text) {
    return {action.node, kind, {}, std::move(text)};
}

std::string words(const std::optional<CapReading>& before) {
    if (!before) return {};
    return fmt::format("; before: {} W, {}", before->limit.value,
                       before->active ? "active" : "not active");
}

bool is_refusal(const Error& error) {
    return error.fault == Fault::refused || error.fault == Fault::unsupported;
}

}  // namespace

ActionRecord Caps::record_of(const Action& action) {
    const WallTime now = Instant::now().wall;
    ActionRecord record;
    record.asked = now;
    record.deadline = action.lease_end.value_or(now);
    record.node = action.node;
    record.action = to_string(action.kind);
    record.actor = action.actor_name;
    record.reason = action.reason;
    if (action.cap) record.watts = action.cap->value;
    return record;
}

void Caps::announce(std::int64_t id, const Action& action) {
    tools_.journal.audit(chronicle::command(id, action, tools_.situation.facts(action, nullptr, 0),
                                            tools_.modules.identity(action.node).value_or(""),
                                            tools_.identities.pinned(action.node)));
}

void Caps::audit_seen(std::int64_t id, const std::string& node, const CapReading& seen) {
    tools_.journal.audit(chronicle::cap_read_back(id, node, seen.active, seen.limit));
}

std::optional<Outcome> Caps::refused(const Action& action, const GuardedJobs& jobs) {
    auto facts = tools_.situation.facts(action, nullptr, 0);
    facts.shared_jobs = jobs;
    auto verdict = tools_.guard(action, facts);
    // By hand it may be tried again: the reason may have been taken away.
    if (verdict.allowed && action.kind == ActionKind::set_cap && action.actor == Actor::policy &&
        !is_cappable(action.node))
        verdict = {false, "N6", "not cappable: " + refusals_.at(action.node).why};
    if (verdict.allowed) return std::nullopt;
    ++tools_.fleet.counters().guard_refusals[verdict.rule];
    tools_.journal.audit(chronicle::refused(action, verdict));
    tools_.journal.note(
        action.node, "refused",
        fmt::format("{} refused by {}: {}", to_string(action.kind), verdict.rule, verdict.why));
    return Outcome{action.node, Outcome::Kind::refused, verdict.rule, verdict.why};
}

/// The journal takes its time, and the answer that counts is the one just before the command. What
/// would be set after `release_all` has looked would stay behind.
std::optional<Outcome> Caps::refused_meanwhile(const Action& action, std::int64_t id) {
    auto no = refused(action);
    if (!no && stopping_ && action.kind == ActionKind::set_cap)
        no = outcome(action, Outcome::Kind::failed, "frugald stops: no limit is set any more");
    if (no) tools_.journal.finish(id, "refused", no->text);
    return no;
}

Outcome Caps::judge(const Action& action, const GuardedJobs& jobs) {
    if (auto no = refused(action, jobs)) return std::move(*no);
    if (action.kind != ActionKind::set_cap)
        return outcome(action, Outcome::Kind::planned, "the limit would be released");
    return outcome(action, Outcome::Kind::planned,
                   fmt::format("would be limited to {} W until {}", action.cap->value,
                               iso8601(*action.lease_end)));
}

/// In one order for all, so that no two wait for each other.
asio::awaitable<std::vector<Caps::Turn>> Caps::turns(std::vector<std::string> nodes) {
    std::ranges::sort(nodes);
    const auto twice = std::ranges::unique(nodes);
    nodes.erase(twice.begin(), twice.end());
    std::vector<Turn> all;
    for (const auto& node : nodes) {
        auto turn = co_await Turn::of(*this, node);
        all.push_back(std::move(turn));
    }
    co_return all;
}

asio::awaitable<Result<CapReading>> Caps::look(Action action) {
    auto seen = co_await tools_.modules.cap(action.node);
    const bool cannot = !seen && seen.error().fault == Fault::unsupported;
    if (cannot && action.kind == ActionKind::set_cap)
        co_return tl::unexpected<Error>(note_refusal(action.node, seen.error()));
    co_return seen;
}

asio::awaitable<Outcome> Caps::carry_out(Action action, std::optional<CapReading> seen) {
    if (action.kind != ActionKind::set_cap) co_return co_await release_now(std::move(action));
    co_return co_await set_now(std::move(action), std::move(seen));
}

bool Caps::leased(const std::optional<CapState>& limit) {
    return limit && limit->lease_end && Instant::now().wall < *limit->lease_end;
}

asio::awaitable<Outcome> Caps::restore(Action action, std::optional<CapState> before) {
    const bool was_ours = leased(before);
    action.kind = was_ours ? ActionKind::set_cap : ActionKind::release_cap;
    action.actor = Actor::daemon;
    action.reason = "taken back: " + action.reason;
    if (was_ours) {
        action.cap = before->asked;
        action.lease_end = before->lease_end;
        action.actor_name = before->owner;
    }
    auto done = co_await carry_out(action, std::nullopt);
    if (!was_ours && done.kind != Outcome::Kind::done) end_soon(action.node);
    co_return done;
}

asio::awaitable<Outcome> Caps::set_now(Action action, std::optional<CapReading> seen) {
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return outcome(action, Outcome::Kind::failed, ids.error().text);
    if (auto no = refused_meanwhile(action, ids->front())) co_return std::move(*no);
    const bool ours_before = leases_.count(action.node) > 0;
    CapState lease{*action.cap, true, action.actor_name, action.lease_end, *action.cap};
    lease.condition = CapCondition::unconfirmed;
    keep(action.node, lease);
    tools_.journal.note(action.node, "command",
                        fmt::format("limit {} W sent{}", action.cap->value, words(seen)),
                        ids->front());
    co_await tools_.journal.flush();
    const auto done = co_await apply(action, ids->front());
    if (!done) {
        const bool nothing_shown =
            leases_[action.node].state.condition == CapCondition::unconfirmed;
        if (nothing_shown && is_refusal(done.error()))
            co_await learn_what_is_left(action.node, ours_before);
        co_return outcome(action, Outcome::Kind::failed, done.error().text);
    }
    co_return outcome(
        action, Outcome::Kind::done,
        fmt::format("limited to {} W until {}", action.cap->value, iso8601(*action.lease_end)));
}

asio::awaitable<Result<void>> Caps::apply(Action action, std::int64_t id) {
    announce(id, action);
    auto done = co_await tools_.modules.set_cap(action.node, *action.cap);
    if (done)
        done = co_await confirm(action.node, *action.cap, id);
    else if (is_refusal(done.error()))
        done = tl::unexpected<Error>(note_refusal(action.node, done.error()));
    ++tools_.fleet.counters().actions[{"cap", done ? "ok" : "failed"}];
    tools_.journal.audit(
        chronicle::answer(id, action.node, done.has_value(), done ? "" : done.error().text));
    tools_.journal.finish(id, done ? "ok" : "failed",
                          done ? "set, activated and read back" : done.error().text);
    co_return done;
}

/// Reads back what the BMC makes of a limit it has accepted.
asio::awaitable<Result<void>> Caps::confirm(std::string node, Watts asked, std::int64_t id) {
    const auto now = co_await tools_.modules.cap(node);
    if (!now)
        co_return fail(now.error().fault,
                       "accepted, but it cannot be read back: " + now.error().text);
    audit_seen(id, node, *now);
    Lease& lease = leases_[node];
    accept(lease, *now, node);
    if (!now->active)
        co_return tl::unexpected<Error>(note_refusal(
            node, {Fault::refused,
                   node + ": the BMC accepted the limit, but does not show it as active"}));
    note_consent(node);
    if (same(now->limit, asked)) co_return Result<void>{};
    co_return fail(Fault::refused,
                   fmt::format("{}: {}; {} W is the limit in force until the lease ends", node,
                               lease.state.detail, now->limit.value));
}

/// After a refusal an older limit may still be in force: ours stays leased, another's is left
/// alone, and where there is none, nothing is ours.
asio::awaitable<void> Caps::learn_what_is_left(std::string node, bool ours_before) {
    const auto now = co_await tools_.modules.cap(node);
    const auto lease = leases_.find(node);
    if (!now || lease == leases_.end()) co_return;
    const bool ours = now->active && (ours_before || same(now->limit, lease->second.state.asked));
    if (ours)
        accept(lease->second, *now, node);
    else
        drop(node);
}

asio::awaitable<Outcome> Caps::release_now(Action action) {
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    // Economy limits fail released: a full disk does not keep them.
    const std::int64_t id = ids ? ids->front() : 0;
    if (auto no = refused_meanwhile(action, id)) co_return std::move(*no);
    announce(id, action);
    auto done = co_await tools_.modules.release_cap(action.node);
    if (done) {
        const auto now = co_await tools_.modules.cap(action.node);
        if (now) audit_seen(id, action.node, *now);
        if (!now) done = tl::unexpected<Error>(now.error());
        if (now && now->active)
            done = fail(Fault::refused,
                        action.node + ": the BMC accepted, but the limit is still active");
    }
    ++tools_.fleet.counters().actions[{"uncap", done ? "ok" : "failed"}];
    tools_.journal.finish(id, done ? "ok" : "failed",
                          done ? "released and read back" : done.error().text);
    if (!done) co_return outcome(action, Outcome::Kind::failed, done.error().text);
    tools_.journal.audit(chronicle::cap_end(action.node, action.reason));
    drop(action.node);
    co_return outcome(action, Outcome::Kind::done, "no limit");
}

}  // namespace frugald
