#include "daemon/engine/cap_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "daemon/ports/gather.h"

namespace frugald {

namespace {

using Kind = Outcome::Kind;

bool same_change(const Action& one, const Action& other) {
    return one.kind == other.kind && one.cap == other.cap;
}

}  // namespace

/// Which of the job's nodes would be left with another limit; empty: none.
std::string CapBatch::unevenness(const SchedulerJob& job, const Action& action, const Actions& all,
                                 const Index& index) const {
    for (const auto& node : job.nodes) {
        const auto other = index.find(node);
        if (other == index.end())
            return fmt::format("job {} also runs on {}: change the limit of all its nodes together",
                               job.id, node);
        if (!same_change(action, all[other->second]))
            return fmt::format("job {} would have another limit on {} than on {}", job.id, node,
                               action.node);
    }
    return {};
}

/// Nothing is uneven where no limit of ours is left.
bool CapBatch::releases_everything(const Actions& actions, const Index& index) const {
    const auto releases = [](const Action& one) { return one.kind == ActionKind::release_cap; };
    return std::ranges::all_of(actions, releases) &&
           std::ranges::all_of(caps_.capped(),
                               [&](const auto& node) { return index.contains(node); });
}

GuardedJobs CapBatch::jobs_of(const Action& action, const Actions& all, const Index& index) const {
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

std::vector<std::size_t> CapBatch::groups(const Actions& actions, const Index& index) const {
    std::vector<std::size_t> group(actions.size());
    std::iota(group.begin(), group.end(), 0u);
    for (std::size_t i = 0; i < actions.size(); ++i)
        for (const auto id : tools_.scheduler.jobs_on(actions[i].node)) {
            const SchedulerJob* job = tools_.scheduler.job(id);
            if (!job) continue;
            for (const auto& node : job->nodes) {
                const auto other = index.find(node);
                if (other == index.end()) continue;
                const auto from = std::max(group[i], group[other->second]);
                std::ranges::replace(group, from, std::min(group[i], group[other->second]));
            }
        }
    return group;
}

/// What one node of a job may not, none of them does.
void CapBatch::spread_refusals(const std::vector<std::size_t>& group,
                               std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (outcomes[i].kind != Kind::refused || outcomes[i].rule.empty()) continue;
        for (std::size_t other = 0; other < group.size(); ++other)
            if (group[other] == group[i] && outcomes[other].kind != Kind::refused)
                outcomes[other] = {outcomes[other].node, Kind::refused, "N5",
                                   fmt::format("refused for {}, which shares a job with it: {}",
                                               outcomes[i].node, outcomes[i].text)};
    }
}

asio::awaitable<std::vector<Outcome>> CapBatch::change(Actions actions, bool dry_run) {
    if (tools_.modules.schedules()) static_cast<void>(co_await tools_.scheduler.fresh());
    Index index;
    for (std::size_t i = 0; i < actions.size(); ++i) index[actions[i].node] = i;
    std::vector<Outcome> outcomes(actions.size());
    std::vector<std::optional<CapState>> before(actions.size());
    GuardedJobs unknown{caps_.why_jobs_are_unknown()};
    const bool known = unknown.uneven.empty();
    if (!known && releases_everything(actions, index)) unknown.uneven.clear();
    for (std::size_t i = 0; i < actions.size(); ++i) {
        before[i] = caps_.state(actions[i].node);
        const auto jobs = known ? jobs_of(actions[i], actions, index) : unknown;
        outcomes[i] = caps_.judge(actions[i], jobs);
    }
    const auto group = groups(actions, index);
    spread_refusals(group, outcomes);
    std::vector<asio::awaitable<void>> jobs;
    const auto carry_out = [this](Action action, Outcome& into) -> asio::awaitable<void> {
        into = co_await caps_.carry_out(std::move(action));
    };
    for (std::size_t i = 0; i < actions.size(); ++i)
        if (outcomes[i].kind == Kind::planned && !dry_run)
            jobs.push_back(carry_out(actions[i], outcomes[i]));
    co_await all_of(tools_.loop, std::move(jobs));
    if (dry_run) co_return outcomes;
    remember(actions, outcomes);
    co_await take_back(std::move(actions), group, std::move(before), outcomes);
    co_return outcomes;
}

void CapBatch::remember(const Actions& actions, const std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < actions.size(); ++i)
        if (outcomes[i].kind == Kind::done)
            for (const auto id : tools_.scheduler.jobs_on(actions[i].node))
                changed_[id] = steady_now();
    std::erase_if(changed_, [](const auto& entry) {
        return steady_now() - entry.second > std::chrono::hours{1};
    });
}

/// A change that failed may have left something: another limit than was asked for, or one that
/// could not be read back.
bool CapBatch::has_begun(const Action& action, const std::optional<CapState>& before) const {
    const auto now = caps_.state(action.node);
    if (!now || !now->lease_end) return false;
    return !before || !before->lease_end || before->asked != now->asked;
}

/// A limit that only part of a job's nodes have makes all of them wait for the slowest.
asio::awaitable<void> CapBatch::take_back(Actions actions, std::vector<std::size_t> group,
                                          std::vector<std::optional<CapState>> before,
                                          std::vector<Outcome>& outcomes) {
    std::vector<asio::awaitable<void>> jobs;
    const auto undo = [this](Action action, std::optional<CapState> old,
                             Outcome& into) -> asio::awaitable<void> {
        const auto undone = co_await caps_.restore(action, old);
        const std::string own = into.kind == Kind::failed ? into.text + "; " : std::string{};
        into.kind = Kind::failed;
        into.text =
            own + (undone.kind == Kind::done ? "taken back: not all nodes of its job could follow"
                                             : "cannot be taken back yet: " + undone.text);
    };
    for (std::size_t i = 0; i < actions.size(); ++i) {
        std::size_t members = 0, failed = 0;
        for (std::size_t other = 0; other < actions.size(); ++other)
            if (group[other] == group[i]) {
                ++members;
                failed += outcomes[other].kind == Kind::failed;
            }
        if (members < 2 || failed == 0) continue;
        if (outcomes[i].kind == Kind::done || has_begun(actions[i], before[i]))
            jobs.push_back(undo(actions[i], before[i], outcomes[i]));
    }
    co_await all_of(tools_.loop, std::move(jobs));
}

}  // namespace frugald
