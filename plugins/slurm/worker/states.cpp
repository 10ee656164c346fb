#include "plugins/slurm/worker/states.h"

#include "plugins/slurm/worker/compat.h"

namespace frugald::slurm {

namespace {

struct FlagPair {
    std::uint32_t slurms;
    NodeFlag ours;
};

constexpr FlagPair known_flags[] = {
    {NODE_STATE_DRAIN, NodeFlag::drain},
    {NODE_STATE_COMPLETING, NodeFlag::completing},
    {NODE_STATE_NO_RESPOND, NodeFlag::no_respond},
    {NODE_STATE_POWERED_DOWN, NodeFlag::powered_down},
    {NODE_STATE_POWERING_UP, NodeFlag::powering_up},
    {NODE_STATE_POWERING_DOWN, NodeFlag::powering_down},
    {NODE_STATE_POWER_DOWN, NodeFlag::power_down},
    {NODE_STATE_POWER_UP, NodeFlag::power_up},
    {NODE_STATE_MAINT, NodeFlag::maint},
    {NODE_STATE_RES, NodeFlag::reserved},
    {NODE_STATE_REBOOT_REQUESTED, NodeFlag::reboot_requested},
    {NODE_STATE_REBOOT_ISSUED, NodeFlag::reboot_issued},
    {NODE_STATE_FAIL, NodeFlag::fail},
    {NODE_STATE_PLANNED, NodeFlag::planned},
    {NODE_STATE_CLOUD, NodeFlag::cloud},
    {bad_registration, NodeFlag::invalid_registration},
};

}  // namespace

NodeBase base_of(std::uint32_t node_state) {
    switch (node_state & NODE_STATE_BASE) {
        case NODE_STATE_DOWN:
            return NodeBase::down;
        case NODE_STATE_IDLE:
            return NodeBase::idle;
        case NODE_STATE_ALLOCATED:
            return NodeBase::allocated;
        case NODE_STATE_ERROR:
            return NodeBase::error;
        case NODE_STATE_MIXED:
            return NodeBase::mixed;
        case NODE_STATE_FUTURE:
            return NodeBase::future;
        default:
            return NodeBase::unknown;
    }
}

std::uint32_t flags_of(std::uint32_t node_state) {
    std::uint32_t flags = 0;
    std::uint32_t rest = node_state & NODE_STATE_FLAGS & ~harmless_flags;
    for (const auto& [slurms, ours] : known_flags)
        if ((rest & slurms) != 0) {
            flags |= static_cast<std::uint32_t>(ours);
            rest &= ~slurms;
        }
    if (rest != 0) flags |= static_cast<std::uint32_t>(NodeFlag::unknown);
    return flags;
}

std::optional<JobState> job_state_of(std::uint32_t job_state) {
    if ((job_state & JOB_COMPLETING) != 0) return JobState::completing;
    switch (job_state & JOB_STATE_BASE) {
        case JOB_PENDING:
            return JobState::pending;
        case JOB_RUNNING:
            return (job_state & JOB_CONFIGURING) != 0 ? JobState::configuring : JobState::running;
        case JOB_SUSPENDED:
            return JobState::suspended;
        case JOB_COMPLETE:
        case JOB_CANCELLED:
        case JOB_FAILED:
        case JOB_TIMEOUT:
        case JOB_NODE_FAIL:
        case JOB_PREEMPTED:
        case JOB_BOOT_FAIL:
        case JOB_DEADLINE:
        case JOB_OOM:
            return std::nullopt;
        default:
            return JobState::other;
    }
}

}  // namespace frugald::slurm
