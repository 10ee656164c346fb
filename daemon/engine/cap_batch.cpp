#include "daemon/engine/cap_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "daemon/engine/cap_turn.h"
#include "daemon/ports/gather.h"

namespace frugald {

namespace {

using Kind = Outcome::Kind;

bool same_change(const Action& one, const Action& other) {
    return one.kind == other.kind && one.cap == other.cap;
}

}  // namespace

/// Which of the job's nodes would be left with another limit; empty: none.
std::string CapBatch::unevenness(const SchedulerJob& job, const Action& action, const Parts& all,
                                 const Index& index) const {
    for (const auto& node : job.nodes) {
        const auto other = index.find(node);
        if (other == index.end())
            return fmt::format("job {} also runs on {}: change the limit of all its nodes together",
                               job.id, node);
        if (!same_change(action, all[other->second].action))
            return fmt::format("job {} would have another limit on {} than on {}", job.id, node,
                               action.node);
    }
    return {};
}

/// Nothing is uneven where no limit of ours is left.
bool CapBatch::releases_everything(const Parts& parts, const Index& index) const {
    const auto releases = [](const Part& part) {
        return part.action.kind == ActionKind::release_cap;
    };
    return std::ranges::all_of(parts, releases) &&
           std::ranges::all_of(caps_.capped(),
                               [&](const auto& node) { return index.contains(node); });
}

GuardedJobs CapBatch::jobs_of(const Action& action, const Parts& all, const Index& index) const {
    GuardedJobs jobs;
    for (const auto id : tools_.scheduler.jobs_on(action.node)) {
        const SchedulerJob* job = tools_.scheduler.job(id);
        if (!job || job->nodes.size() < 2) continue;
        if (jobs.uneven.empty()) jobs.uneven = unevenness(*job, action, all, index);
        const auto changed = changed_.find(id);
        if (changed == changed_.end()) continue;
        const auto since = std::chrono::floor<std::chrono::seconds>(steady_now() - changed->second);
        if (!jobs.since_change || since < *jobs.since_change) jobs.since_change = since;
    }
    return jobs;
}

void CapBatch::group(Parts& parts, const Index& index) const {
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].group = i;
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (const auto id : tools_.scheduler.jobs_on(parts[i].action.node)) {
            const SchedulerJob* job = tools_.scheduler.job(id);
            if (!job) continue;
            for (const auto& node : job->nodes) {
                const auto other = index.find(node);
                if (other == index.end()) continue;
                const auto [to, from] = std::minmax({parts[i].group, parts[other->second].group});
                for (auto& part : parts)
                    if (part.group == from) part.group = to;
            }
        }
}

/// What one node of a job may not or cannot, none of them does.
void CapBatch::spread_refusals(Parts& parts) {
    for (const auto& cause : parts) {
        if (cause.outcome.kind == Kind::planned) continue;
        const bool failed = cause.outcome.kind == Kind::failed;
        for (auto& other : parts)
            if (other.group == cause.group && other.outcome.kind == Kind::planned)
                other.outcome = {other.action.node, cause.outcome.kind, failed ? "" : "N5",
                                 fmt::format("{} for {}, which shares a job with it: {}",
                                             failed ? "not begun" : "refused", cause.action.node,
                                             cause.outcome.text)};
    }
}

asio::awaitable<std::vector<Outcome>> CapBatch::change(Actions actions, bool dry_run) {
    Parts parts;
    for (auto& action : actions) {
        Outcome outcome{action.node, Kind::planned, {}, {}};
        parts.push_back({std::move(action), std::move(outcome)});
    }
    co_await judge(parts);
    if (!dry_run) co_await carry_out(parts);
    std::vector<Outcome> outcomes;
    for (auto& part : parts) outcomes.push_back(std::move(part.outcome));
    co_return outcomes;
}

asio::awaitable<void> CapBatch::judge(Parts& parts) {
    if (tools_.modules.schedules()) static_cast<void>(co_await tools_.scheduler.fresh());
    Index index;
    for (std::size_t i = 0; i < parts.size(); ++i) index[parts[i].action.node] = i;
    GuardedJobs unknown{caps_.why_jobs_are_unknown()};
    const bool known = unknown.uneven.empty();
    if (!known && releases_everything(parts, index)) unknown.uneven.clear();
    for (auto& part : parts) {
        if (part.outcome.kind != Kind::planned) continue;
        const auto jobs = known ? jobs_of(part.action, parts, index) : unknown;
        part.outcome = caps_.judge(part.action, jobs);
    }
    group(parts, index);
    spread_refusals(parts);
}

/// A BMC may take 20 s for an answer. Who is asked only when the others are limited already, leaves
/// the job uneven for so long.
asio::awaitable<void> CapBatch::carry_out(Parts& parts) {
    std::vector<std::string> nodes;
    for (const auto& part : parts)
        if (part.outcome.kind == Kind::planned) nodes.push_back(part.action.node);
    if (nodes.empty()) co_return;
    const auto turns = co_await caps_.turns(std::move(nodes));
    co_await look(parts);
    co_await judge(parts);  // jobs have begun and ended meanwhile
    co_await send(parts);
    remember(parts);
    co_await take_back(parts);
}

asio::awaitable<void> CapBatch::look(Parts& parts) {
    const auto look_at = [this](Part& part) -> asio::awaitable<void> {
        const auto seen = co_await caps_.look(part.action);
        if (seen)
            part.seen = *seen;
        else
            part.outcome = {part.action.node, Kind::failed, {}, seen.error().text};
    };
    std::vector<asio::awaitable<void>> jobs;
    for (auto& part : parts)
        if (part.outcome.kind == Kind::planned) jobs.push_back(look_at(part));
    co_await all_of(tools_.loop, std::move(jobs));
}

asio::awaitable<void> CapBatch::send(Parts& parts) {
    const auto send_one = [this](Part& part) -> asio::awaitable<void> {
        part.outcome = co_await caps_.carry_out(part.action, part.seen);
    };
    std::vector<asio::awaitable<void>> jobs;
    for (auto& part : parts) {
        if (part.outcome.kind != Kind::planned) continue;
        part.before = caps_.state(part.action.node);
        part.sent = true;
        jobs.push_back(send_one(part));
    }
    co_await all_of(tools_.loop, std::move(jobs));
}

/// Also what will be taken back was a change.
void CapBatch::remember(const Parts& parts) {
    for (const auto& part : parts)
        if (part.outcome.kind == Kind::done || (part.sent && leaves_something(part)))
            for (const auto id : tools_.scheduler.jobs_on(part.action.node))
                changed_[id] = steady_now();
    std::erase_if(changed_, [](const auto& entry) {
        return steady_now() - entry.second > std::chrono::hours{1};
    });
}

/// The node's limit is not what it was, or may be another. Also a change that failed may have left
/// something: another limit than was asked for, or one that could not be read back.
bool CapBatch::leaves_something(const Part& part) const {
    if (part.outcome.kind == Kind::refused) return false;
    if (part.action.kind == ActionKind::release_cap) return Caps::leased(part.before);
    if (part.outcome.kind == Kind::done) return true;
    const auto now = caps_.state(part.action.node);
    if (!now || !now->lease_end) return false;
    return !part.before || !part.before->lease_end || part.before->asked != now->asked;
}

/// A limit that only part of a job's nodes have makes all of them wait for the slowest.
asio::awaitable<void> CapBatch::take_back(Parts& parts) {
    const auto undo = [this](Part& part) -> asio::awaitable<void> {
        const auto undone = co_await caps_.restore(part.action, part.before);
        auto& into = part.outcome;
        const std::string own = into.kind == Kind::failed ? into.text + "; " : std::string{};
        into.kind = Kind::failed;
        into.text =
            own + (undone.kind == Kind::done ? "taken back: not all nodes of its job could follow"
                                             : "cannot be taken back yet: " + undone.text);
    };
    std::vector<asio::awaitable<void>> jobs;
    for (auto& part : parts) {
        std::size_t members = 0, missing = 0;
        for (const auto& other : parts)
            if (other.sent && other.group == part.group) {
                ++members;
                missing += other.outcome.kind != Kind::done;
            }
        if (members > 1 && missing > 0 && part.sent && leaves_something(part))
            jobs.push_back(undo(part));
    }
    co_await all_of(tools_.loop, std::move(jobs));
}

}  // namespace frugald
