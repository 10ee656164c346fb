#include "plugins/slurm/worker/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "daemon/core/c_handle.h"
#include "plugins/slurm/worker/compat.h"
#include "plugins/slurm/worker/faults.h"
#include "plugins/slurm/worker/states.h"

namespace frugald::slurm {

namespace {

using Conf = CHandle<slurm_conf_t, free_controller_conf>;
using Nodes = CHandle<node_info_msg_t, slurm_free_node_info_msg>;
using Jobs = CHandle<job_info_msg_t, slurm_free_job_info_msg>;
using Partitions = CHandle<partition_info_msg_t, slurm_free_partition_info_msg>;

std::string text_of(const char* text) { return text ? text : ""; }

/// NO_VAL and INFINITE, in 16 and in 32 bits, stand for "not set" and for "never".
std::optional<std::uint32_t> if_set(std::uint32_t number) {
    if (number == NO_VAL || number == INFINITE) return std::nullopt;
    return number;
}
std::optional<std::uint32_t> if_set(std::uint16_t number) {
    if (number == NO_VAL16 || number == INFINITE16) return std::nullopt;
    return number;
}

UnixTime time_of(std::time_t at) {
    return at > 0 && at != static_cast<std::time_t>(NO_VAL) ? at : 0;
}

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string library_version() {
    const auto version = slurm_api_version();
    return fmt::format("{}.{:02}.{}", SLURM_VERSION_MAJOR(version), SLURM_VERSION_MINOR(version),
                       SLURM_VERSION_MICRO(version));
}

std::optional<Error> load_controller(ControllerRecord& controller) {
    slurm_conf_t* loaded = nullptr;
    if (slurm_load_ctl_conf(0, &loaded) != 0) return error_of(errno, "reading its configuration");
    const Conf conf{loaded};
    controller.version = text_of(conf->version);
    controller.slurm_user = text_of(conf->slurm_user_name);
    for (std::uint32_t i = 0; i < conf->control_cnt; ++i)
        if (conf->control_machine[i]) controller.hosts.emplace_back(conf->control_machine[i]);
    controller.suspend_time = if_set(conf->suspend_time);
    controller.suspend_timeout = if_set(conf->suspend_timeout).value_or(0);
    controller.resume_timeout = if_set(conf->resume_timeout).value_or(0);
    controller.suspend_exc_nodes = text_of(conf->suspend_exc_nodes);
    controller.suspend_exc_parts = text_of(conf->suspend_exc_parts);
    controller.suspend_exc_states = text_of(excluded_states(*conf));
    return std::nullopt;
}

std::optional<Error> load_partitions(std::vector<PartitionRecord>& partitions) {
    partition_info_msg_t* loaded = nullptr;
    if (slurm_load_partitions(0, &loaded, SHOW_ALL | SHOW_LOCAL) != 0)
        return error_of(errno, "reading the partitions");
    const Partitions message{loaded};
    partitions.reserve(message->record_count);
    for (std::uint32_t i = 0; i < message->record_count; ++i) {
        const auto& partition = message->partition_array[i];
        partitions.push_back({text_of(partition.name), text_of(partition.nodes),
                              if_set(partition.suspend_time), if_set(partition.suspend_timeout),
                              if_set(partition.resume_timeout)});
    }
    return std::nullopt;
}

NodeRecord record_of(const node_info_t& node) {
    NodeRecord record;
    record.name = node.name;
    record.base = base_of(node.node_state);
    record.flags = flags_of(node.node_state);
    record.allocated_cpus = allocated_cpus(node);
    record.boot_time = time_of(node.boot_time);
    record.slurmd_start_time = time_of(node.slurmd_start_time);
    record.reason = text_of(node.reason);
    return record;
}

std::optional<Error> load_nodes(std::vector<NodeRecord>& nodes) {
    node_info_msg_t* loaded = nullptr;
    if (slurm_load_node(0, &loaded, SHOW_ALL | SHOW_DETAIL | SHOW_MIXED | SHOW_LOCAL) != 0)
        return error_of(errno, "reading the nodes");
    const Nodes message{loaded};
    nodes.reserve(message->record_count);
    // Records without a name are holes: nodes that were deleted or may not be seen.
    for (std::uint32_t i = 0; i < message->record_count; ++i)
        if (message->node_array[i].name) nodes.push_back(record_of(message->node_array[i]));
    return std::nullopt;
}

std::optional<Error> load_jobs(std::vector<JobRecord>& jobs) {
    job_info_msg_t* loaded = nullptr;
    if (slurm_load_jobs(0, &loaded, SHOW_ALL | SHOW_LOCAL) != 0)
        return error_of(errno, "reading the jobs");
    const Jobs message{loaded};
    for (std::uint32_t i = 0; i < message->record_count; ++i) {
        const auto& job = message->job_array[i];
        const auto state = job_state_of(job.job_state);
        if (!state) continue;
        const bool pending = *state == JobState::pending;
        jobs.push_back({job.job_id, *state, text_of(job.partition),
                        text_of(pending ? job.sched_nodes : job.nodes), time_of(job.start_time),
                        time_of(job.end_time)});
    }
    return std::nullopt;
}

}  // namespace

Result<Picture> load() {
    Picture picture;
    picture.library_version = library_version();
    auto failure = load_controller(picture.controller);
    if (!failure) failure = load_partitions(picture.partitions);
    if (!failure) failure = load_nodes(picture.nodes);
    picture.answered_at_ns = monotonic_ns();
    if (!failure) failure = load_jobs(picture.jobs);
    if (failure) return tl::unexpected{*failure};
    return picture;
}

}  // namespace frugald::slurm
