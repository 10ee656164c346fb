#include "daemon/engine/caps.h"

#include <fmt/format.h>

#include <cmath>

#include "daemon/core/log.h"
#include "daemon/engine/fields.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

Outcome outcome(const Action& action, Outcome::Kind kind, std::string text) {
    return {action.node, kind, {}, std::move(text)};
}

ActionRecord record_of(const Action& action) {
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

}  // namespace

void Caps::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [node, text] : kept) {
        std::string_view rest = text;
        CapState lease;
        lease.limit = Watts{number_in<double>(cut(rest, ';'))};
        lease.lease_end = from_unix_ms(number_in<std::int64_t>(cut(rest, ';')));
        lease.owner = rest;
        lease.active = true;
        leases_[node] = lease;
    }
}

void Caps::keep(const std::string& node, const CapState& lease) {
    tools_.journal.keep(
        space, node,
        fmt::format("{};{};{}", lease.limit.value, to_unix_ms(*lease.lease_end), lease.owner));
    leases_[node] = lease;
}

std::optional<Outcome> Caps::refused(const Action& action) {
    const auto verdict = guard(action, tools_.situation.facts(action, nullptr, 0));
    if (verdict.allowed) return std::nullopt;
    ++tools_.fleet.counters().guard_refusals[verdict.rule];
    tools_.journal.note(
        action.node, "refused",
        fmt::format("{} refused by {}: {}", to_string(action.kind), verdict.rule, verdict.why));
    return Outcome{action.node, Outcome::Kind::refused, verdict.rule, verdict.why};
}

asio::awaitable<Outcome> Caps::set(Action action, bool dry_run) {
    if (auto no = refused(action)) co_return std::move(*no);
    if (dry_run)
        co_return outcome(action, Outcome::Kind::planned,
                          fmt::format("would be limited to {} W until {}", action.cap->value,
                                      iso8601(*action.lease_end)));
    const auto before = co_await tools_.modules.cap(action.node);
    if (!before) co_return outcome(action, Outcome::Kind::failed, before.error().text);
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return outcome(action, Outcome::Kind::failed, ids.error().text);
    keep(action.node, {*action.cap, true, action.actor_name, action.lease_end});
    co_await tools_.journal.flush();
    tools_.journal.note(action.node, "command",
                        fmt::format("limit {} W sent; before: {} W, {}", action.cap->value,
                                    before->limit.value, before->active ? "active" : "not active"),
                        ids->front());
    auto done = co_await tools_.modules.set_cap(action.node, *action.cap);
    if (done) done = co_await confirm(action.node, *action.cap);
    ++tools_.fleet.counters().actions[{"cap", done ? "ok" : "failed"}];
    tools_.journal.finish(ids->front(), done ? "ok" : "failed",
                          done ? "set, activated and read back" : done.error().text);
    if (!done) co_return outcome(action, Outcome::Kind::failed, done.error().text);
    co_return outcome(
        action, Outcome::Kind::done,
        fmt::format("limited to {} W until {}", action.cap->value, iso8601(*action.lease_end)));
}

asio::awaitable<Result<void>> Caps::confirm(std::string node, Watts limit) {
    const auto now = co_await tools_.modules.cap(node);
    if (!now) co_return tl::unexpected<Error>(now.error());
    if (!now->active)
        co_return fail(Fault::refused, fmt::format("{}: the BMC accepted the limit, but does not "
                                                   "show it as active",
                                                   node));
    if (std::abs(now->limit.value - limit.value) > 1)
        co_return fail(Fault::refused,
                       fmt::format("{}: asked for {} W, the BMC says {} W; its range may not go "
                                   "lower. It is released when the lease ends",
                                   node, limit.value, now->limit.value));
    co_return Result<void>{};
}

asio::awaitable<Outcome> Caps::release(Action action, bool dry_run) {
    if (auto no = refused(action)) co_return std::move(*no);
    if (dry_run) co_return outcome(action, Outcome::Kind::planned, "the limit would be released");
    std::vector<ActionRecord> records{record_of(action)};
    const auto ids = co_await tools_.journal.begin(std::move(records));
    if (!ids) co_return outcome(action, Outcome::Kind::failed, ids.error().text);
    auto done = co_await tools_.modules.release_cap(action.node);
    if (done) {
        const auto now = co_await tools_.modules.cap(action.node);
        if (!now) done = tl::unexpected<Error>(now.error());
        if (now && now->active)
            done = fail(Fault::refused,
                        action.node + ": the BMC accepted, but the limit is still active");
    }
    ++tools_.fleet.counters().actions[{"uncap", done ? "ok" : "failed"}];
    tools_.journal.finish(ids->front(), done ? "ok" : "failed",
                          done ? "released and read back" : done.error().text);
    if (!done) co_return outcome(action, Outcome::Kind::failed, done.error().text);
    leases_.erase(action.node);
    tools_.journal.drop(space, action.node);
    co_return outcome(action, Outcome::Kind::done, "no limit");
}

asio::awaitable<void> Caps::expire(WallTime now) {
    for (const auto& node : capped()) {
        const auto found = leases_.find(node);
        if (found == leases_.end() || now < *found->second.lease_end) continue;
        Action action;
        action.kind = ActionKind::release_cap;
        action.node = node;
        action.actor = Actor::daemon;
        action.actor_name = "lease of " + found->second.owner;
        action.reason = "the lease has ended";
        const auto result = co_await release(action, false);
        if (result.kind == Outcome::Kind::done) continue;
        log::warning("{}: the lease of the cap has ended, but it cannot be released yet: {}", node,
                     result.text);
        // Tried again in a while, not every second.
        if (const auto again = leases_.find(node); again != leases_.end())
            again->second.lease_end = now + std::chrono::seconds{30};
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
    if (found == leases_.end()) return std::nullopt;
    return found->second;
}

std::vector<std::string> Caps::capped() const {
    std::vector<std::string> nodes;
    for (const auto& [node, lease] : leases_) nodes.push_back(node);
    return nodes;
}

}  // namespace frugald
