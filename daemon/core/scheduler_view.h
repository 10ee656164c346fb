#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"

namespace frugald {

/// Slurm's base states; anything this build does not know is `unknown`, and unknown is busy.
enum class NodeBase { unknown, down, idle, allocated, error, mixed, future };
const char* to_string(NodeBase base);

/// One node as the workload manager sees it.
struct SchedulerNode {
    std::string name;
    std::vector<std::string> partitions;
    NodeBase base = NodeBase::unknown;
    // Slurm's flags, named as sinfo and scontrol name them.
    bool drain = false;
    bool completing = false;
    bool no_respond = false;
    bool powered_down = false;
    bool powering_up = false;
    bool powering_down = false;
    bool power_down = false;  // asked for, waits for the node to empty
    bool power_up = false;
    bool maint = false;
    bool reserved = false;
    bool reboot = false;
    bool fail = false;
    bool planned = false;  // backfill means to use it soon
    bool cloud = false;
    bool unknown_flags = false;  // a flag bit this build does not know
    std::uint32_t allocated_cpus = 0;
    std::uint32_t cpus = 0;  // as many as jobs may be given; 0: not known
    std::string reason;
    std::optional<WallTime> boot_time;  // as slurmd reported it; absent before registration
    std::optional<WallTime> slurmd_start_time;
    std::vector<std::string> features;  // the active ones; "frugald_off" exempts a node
    std::string state_text;             // as sinfo would print it, "idle~", "mixed#", for people

    /// Idle, up, and free to be taken by any job.
    bool serves_idle() const {
        return base == NodeBase::idle && !in_use() && !drain && !no_respond && !powered_down &&
               !powering_up && !powering_down && !power_down && !power_up && !maint && !reserved &&
               !reboot && !fail;
    }
    bool in_use() const {
        return base == NodeBase::allocated || base == NodeBase::mixed ||
               base == NodeBase::unknown || base == NodeBase::error || completing ||
               allocated_cpus > 0 || unknown_flags;
    }
};

enum class JobState { pending, running, suspended, completing, configuring, other };

struct SchedulerJob {
    std::uint32_t id = 0;
    JobState state = JobState::other;
    std::string partition;
    /// Allocated; of a pending job those it is planned on or waits for (SchedNodes); empty: not
    /// known.
    std::vector<std::string> nodes;
    /// Of a pending job the expected one, as the backfill planned it; absent: none is planned.
    std::optional<WallTime> start;
    std::optional<WallTime> end;
    /// Allocated on each of `nodes`, in their order; empty: not known.
    std::vector<std::uint32_t> cpus{};
    /// Holds its nodes: N1 counts it. Everything but a pending job does.
    bool occupies() const { return state != JobState::pending; }
};

struct SchedulerReservation {
    std::string name;
    std::vector<std::string> nodes;
    WallTime start{};
    WallTime end{};
    bool maintenance = false;  // flag MAINT
    bool covers(WallTime at) const { return start <= at && at < end; }
};

/// Absent time-outs: the cluster's own hold.
struct SchedulerPartition {
    std::string name;
    std::vector<std::string> nodes;
    bool up = false;
    std::optional<std::chrono::seconds> suspend_time;
    std::optional<std::chrono::seconds> suspend_timeout;
    std::optional<std::chrono::seconds> resume_timeout;
};

/// What slurmctld's configuration says about power saving, for `doctor`. Texts as Slurm prints
/// them, empty where it has none.
struct SchedulerPowerSaving {
    std::string suspend_program;
    std::string resume_program;
    std::string resume_fail_program;
    std::optional<unsigned> suspend_rate;  // nodes a minute; absent: no limit
    std::optional<unsigned> resume_rate;
    std::string suspend_exc_nodes;
    std::string suspend_exc_parts;
    std::string suspend_exc_states;  // since Slurm 23.02
    std::chrono::seconds slurmd_timeout{0};
    std::chrono::seconds batch_start_timeout{0};
    std::chrono::seconds message_timeout{0};
    unsigned return_to_service = 0;
    std::string slurmctld_parameters;
    std::string private_data;
    std::string debug_flags;
    std::string library_version;  // of the libslurm that frugald reads with
};

/// The scheduler's whole picture at one moment.
struct SchedulerView {
    Instant read_at;  // when the answer came; its age decides what may be done with it
    std::map<std::string, SchedulerNode, std::less<>> nodes;
    std::vector<SchedulerJob> jobs;
    /// That are over and not forgotten yet (MinJobAge), with the time they had: they hold nothing,
    /// and their `state` says nothing.
    std::vector<SchedulerJob> ended_jobs;
    std::vector<SchedulerReservation> reservations;
    std::vector<SchedulerPartition> partitions;
    SchedulerPowerSaving power_saving;
    std::chrono::seconds suspend_timeout{0};
    std::chrono::seconds resume_timeout{0};
    std::optional<std::chrono::seconds> suspend_time;  // absent: power saving is off (-1)
    std::vector<std::string>
        suspend_excluded_nodes;            // SuspendExcNodes and SuspendExcParts, expanded
    std::vector<std::string> controllers;  // host names of slurmctld, never to be touched
    std::string version;                   // of the controller
    std::string slurm_user;

    /// The time-outs that hold for one node: of its partitions and the cluster, the shortest for an
    /// off, which must not be late, and the longest for a resume.
    std::chrono::seconds suspend_timeout_of(const SchedulerNode& node) const;
    std::chrono::seconds resume_timeout_of(const SchedulerNode& node) const;
};

}  // namespace frugald
