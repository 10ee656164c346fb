#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "daemon/core/job_run.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/core/string_map.h"

namespace frugald {

/// Which jobs ran where and when, from pictures of the scheduler. Pure: who owns it keeps what it
/// says in the store.
///
/// A job is taken from the moment it runs (its nodes have booted) to the end that Slurm gives. One
/// that is gone without a trace, which happens when frugald was away for longer than Slurm keeps
/// ended jobs (MinJobAge), or slurmctld has lost it, ends when it was last known to run.
class JobBook {
public:
    /// What the store has, after a start. `seen`: until when frugald knows that open ones ran.
    void load(std::vector<JobRun> runs, WallTime seen);

    /// What is new or has ended since the last picture.
    void take(const SchedulerView& view);
    /// Ended jobs that were never seen to run: short ones, or from before a start. Who asks looks
    /// whether the store has them, and says which are new.
    std::vector<JobRun> take_strangers() { return std::exchange(strangers_, {}); }
    void add(std::vector<JobRun> ended);
    /// They could not be asked for: they come again with the next picture.
    void ask_again() { known_ended_.clear(); }

    /// Runs that are to be written; written or not, they are not told again.
    std::vector<JobRun> take_changes();
    /// Those could not be written: they are told again.
    void write_again(const std::vector<JobRun>& changes);

    /// Ended before this and not settled, by start.
    std::vector<const JobRun*> unsettled(WallTime ended_before) const;
    void settled(const JobKey& key);
    /// Runs of this number, by start.
    std::vector<const JobRun*> find(std::uint32_t id) const;
    /// Those that were on the node at some time between the two, the node's place in each.
    struct Neighbour {
        const JobRun* run;
        std::size_t place;
    };
    std::vector<Neighbour> on(const std::string& node, WallTime from, WallTime to) const;
    /// Forgets settled runs whose neighbours are settled, too.
    void forget();

    std::size_t size() const { return runs_.size(); }

private:
    void open(const SchedulerJob& job, const SchedulerView& view);
    void end(JobRun& run, WallTime at, bool vanished);
    void close_missing(const std::set<JobKey>& present);
    void insert(JobRun run);

    std::map<JobKey, JobRun> runs_;
    std::set<JobKey> open_;
    std::set<JobKey> changed_;
    std::set<JobKey> known_ended_;  // in the last picture
    std::vector<JobRun> strangers_;
    struct Presence {
        JobKey key{};
        std::size_t place = 0;  // of the node in the run's list
    };
    StringMap<std::vector<Presence>> by_node_;
};

}  // namespace frugald
