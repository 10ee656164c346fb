#include "daemon/ledger/job_book.h"

#include <algorithm>

namespace frugald {

namespace {

JobRun run_of(const SchedulerJob& job, const SchedulerView& view) {
    JobRun run;
    run.key = {job.id, *job.start};
    run.partition = job.partition;
    run.nodes = job.nodes;
    run.cpus = job.cpus;
    run.seen = view.read_at.wall;
    for (const auto& name : job.nodes) {
        const auto node = view.nodes.find(name);
        run.node_cpus.push_back(node == view.nodes.end() ? 0 : node->second.cpus);
    }
    return run;
}

/// Its nodes are up and its processes run; a suspended one keeps its nodes.
bool runs(const SchedulerJob& job) {
    const bool alive = job.state == JobState::running || job.state == JobState::suspended ||
                       job.state == JobState::other;
    return alive && job.start && !job.nodes.empty();
}

/// A completing job's processes have ended, its epilogs have not.
bool has_ended(const SchedulerJob& job) { return job.state == JobState::completing; }

}  // namespace

void JobBook::insert(JobRun run) {
    const auto key = run.key;
    if (!run.end) open_.insert(key);
    for (std::size_t place = 0; place < run.nodes.size(); ++place)
        by_node_[run.nodes[place]].push_back({key, place});
    runs_.insert_or_assign(key, std::move(run));
}

void JobBook::load(std::vector<JobRun> runs, WallTime seen) {
    for (auto& run : runs) {
        if (!run.end) run.seen = std::max(run.seen, seen);
        insert(std::move(run));
    }
}

void JobBook::open(const SchedulerJob& job, const SchedulerView& view) {
    const JobKey key{job.id, *job.start};
    const auto found = runs_.find(key);
    if (found == runs_.end()) {
        changed_.insert(key);
        insert(run_of(job, view));
    } else if (!found->second.end) {
        found->second.seen = view.read_at.wall;
    }
}

void JobBook::end(JobRun& run, WallTime at, bool vanished) {
    run.end = std::max(at, run.key.start);
    run.vanished = vanished;
    open_.erase(run.key);
    changed_.insert(run.key);
}

void JobBook::take(const SchedulerView& view) {
    std::set<JobKey> present, ended;
    const auto take_end = [&](const SchedulerJob& job) {
        if (!job.start || !job.end || *job.end <= *job.start || job.nodes.empty()) return;
        const JobKey key{job.id, *job.start};
        const auto found = runs_.find(key);
        ended.insert(key);
        if (found != runs_.end()) {
            if (!found->second.end) end(found->second, *job.end, false);
        } else if (!known_ended_.contains(key)) {
            auto run = run_of(job, view);
            run.end = job.end;
            run.seen = *job.end;
            strangers_.push_back(std::move(run));
        }
    };
    for (const auto& job : view.jobs) {
        if (runs(job)) {
            present.insert({job.id, *job.start});
            open(job, view);
        } else if (has_ended(job)) {
            take_end(job);
        }
    }
    for (const auto& job : view.ended_jobs) take_end(job);
    known_ended_ = std::move(ended);
    close_missing(present);
}

/// Also those that were requeued: they wait, or have another start.
void JobBook::close_missing(const std::set<JobKey>& present) {
    std::vector<JobKey> missing;
    std::ranges::set_difference(open_, present, std::back_inserter(missing));
    for (const auto& key : missing) {
        auto& run = runs_.at(key);
        end(run, run.seen, true);
    }
}

void JobBook::add(std::vector<JobRun> ended) {
    for (auto& run : ended) {
        changed_.insert(run.key);
        insert(std::move(run));
    }
}

std::vector<JobRun> JobBook::take_changes() {
    std::vector<JobRun> changes;
    for (const auto& key : std::exchange(changed_, {}))
        if (const auto found = runs_.find(key); found != runs_.end())
            changes.push_back(found->second);
    return changes;
}

void JobBook::write_again(const std::vector<JobRun>& changes) {
    for (const auto& run : changes) changed_.insert(run.key);
}

std::vector<const JobRun*> JobBook::unsettled(WallTime ended_before) const {
    std::vector<const JobRun*> found;
    for (const auto& [key, run] : runs_)
        if (run.end && !run.settled && *run.end <= ended_before) found.push_back(&run);
    std::ranges::stable_sort(found, {}, [](const JobRun* run) { return run->key.start; });
    return found;
}

void JobBook::settled(const JobKey& key) {
    if (const auto found = runs_.find(key); found != runs_.end()) found->second.settled = true;
}

std::vector<const JobRun*> JobBook::find(std::uint32_t id) const {
    std::vector<const JobRun*> found;
    for (auto at = runs_.lower_bound({id, WallTime::min()});
         at != runs_.end() && at->first.id == id; ++at)
        found.push_back(&at->second);
    return found;
}

std::vector<JobBook::Neighbour> JobBook::on(const std::string& node, WallTime from,
                                            WallTime to) const {
    std::vector<Neighbour> found;
    const auto keys = by_node_.find(node);
    if (keys == by_node_.end()) return found;
    for (const auto& [key, place] : keys->second) {
        const auto& run = runs_.at(key);
        if (run.key.start < to && (!run.end || *run.end > from)) found.push_back({&run, place});
    }
    return found;
}

void JobBook::forget() {
    StringMap<WallTime> first_wanted;  // by node: the earliest start of a run that is not settled
    for (const auto& [key, run] : runs_) {
        if (run.settled) continue;
        for (const auto& node : run.nodes) {
            auto& first = first_wanted.try_emplace(node, key.start).first->second;
            first = std::min(first, key.start);
        }
    }
    const auto is_wanted = [&](const JobRun& run) {
        return std::ranges::any_of(run.nodes, [&](const std::string& node) {
            const auto found = first_wanted.find(node);
            return found != first_wanted.end() && found->second < *run.end;
        });
    };
    std::set<JobKey> gone;
    for (const auto& [key, run] : runs_)
        if (run.settled && !is_wanted(run)) gone.insert(key);
    if (gone.empty()) return;
    std::erase_if(runs_, [&](const auto& entry) { return gone.contains(entry.first); });
    for (auto& [node, keys] : by_node_)
        std::erase_if(keys, [&](const Presence& one) { return gone.contains(one.key); });
    std::erase_if(by_node_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace frugald
