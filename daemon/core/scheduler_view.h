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
    std::string reason;
    std::optional<WallTime> boot_time;  // as slurmd reported it; absent before registration
    std::optional<WallTime> slurmd_start_time;
    std::string state_text;  // as sinfo would print it, "idle~", "mixed#", for people

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
    std::vector<std::string> nodes;  // allocated, or planned for a pending job
    std::optional<WallTime> start;
    std::optional<WallTime> end;
    /// Holds its nodes: N1 counts it. Everything but a pending job does.
    bool occupies() const { return state != JobState::pending; }
};

/// The scheduler's whole picture at one moment.
struct SchedulerView {
    Instant read_at;  // when the answer came; its age decides what may be done with it
    std::map<std::string, SchedulerNode, std::less<>> nodes;
    std::vector<SchedulerJob> jobs;
    std::chrono::seconds suspend_timeout{0};
    std::chrono::seconds resume_timeout{0};
    std::optional<std::chrono::seconds> suspend_time;  // absent: power saving is off (-1)
    std::vector<std::string>
        suspend_excluded_nodes;            // SuspendExcNodes and SuspendExcParts, expanded
    std::vector<std::string> controllers;  // host names of slurmctld, never to be touched
    std::string version;                   // of the controller
    std::string slurm_user;
};

}  // namespace frugald
