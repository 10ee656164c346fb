#include "plugins/slurm/worker/convert.h"

#include "plugins/slurm/worker/states.h"
#include "plugins/slurm/worker/versions.h"

namespace frugald::slurm {

namespace {

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

/// A rate of 0 is no limit.
std::optional<std::uint32_t> rate_of(std::uint16_t number) {
    const auto rate = if_set(number);
    return rate == 0u ? std::nullopt : rate;
}

UnixTime time_of(std::time_t at) {
    return at > 0 && at != static_cast<std::time_t>(NO_VAL) ? at : 0;
}

struct Word {
    std::uint64_t bit;
    const char* word;
};

/// The known words of a set of bits as slurm.conf spells them, with commas between.
template <std::size_t count>
std::string words_of(std::uint64_t bits, const Word (&words)[count]) {
    std::string text;
    for (const auto& [bit, word] : words)
        if ((bits & bit) != 0) text += (text.empty() ? "" : ",") + std::string{word};
    return text;
}

std::string private_data_of(const slurm_conf_t& conf) {
    static constexpr Word words[] = {
        {private_cloud, "cloud"},
        {PRIVATE_DATA_JOBS, "jobs"},
        {PRIVATE_DATA_NODES, "nodes"},
        {PRIVATE_DATA_PARTITIONS, "partitions"},
        {PRIVATE_DATA_RESERVATIONS, "reservations"},
    };
    return words_of(conf.private_data, words);
}

SchedulerPowerSaving power_saving_of(const slurm_conf_t& conf) {
    static constexpr Word debug_words[] = {{DEBUG_FLAG_POWER, "Power"}};
    SchedulerPowerSaving saving;
    saving.suspend_program = text_of(conf.suspend_program);
    saving.resume_program = text_of(conf.resume_program);
    saving.resume_fail_program = text_of(conf.resume_fail_program);
    saving.suspend_rate = rate_of(conf.suspend_rate);
    saving.resume_rate = rate_of(conf.resume_rate);
    saving.suspend_exc_nodes = text_of(conf.suspend_exc_nodes);
    saving.suspend_exc_parts = text_of(conf.suspend_exc_parts);
    saving.suspend_exc_states = text_of(excluded_states(conf));
    saving.slurmd_timeout = std::chrono::seconds{if_set(conf.slurmd_timeout).value_or(0)};
    saving.batch_start_timeout = std::chrono::seconds{if_set(conf.batch_start_timeout).value_or(0)};
    saving.message_timeout = std::chrono::seconds{if_set(conf.msg_timeout).value_or(0)};
    saving.return_to_service = conf.ret2service;
    saving.slurmctld_parameters = text_of(conf.slurmctld_params);
    saving.private_data = private_data_of(conf);
    saving.debug_flags = words_of(conf.debug_flags, debug_words);
    saving.library_version = release_of_library(slurm_api_version());
    return saving;
}

}  // namespace

ControllerRecord record_of(const slurm_conf_t& conf) {
    ControllerRecord record;
    record.version = text_of(conf.version);
    record.slurm_user = text_of(conf.slurm_user_name);
    for (std::uint32_t i = 0; i < conf.control_cnt; ++i)
        if (conf.control_machine[i]) record.hosts.emplace_back(conf.control_machine[i]);
    record.suspend_time = if_set(conf.suspend_time);
    record.suspend_timeout = if_set(conf.suspend_timeout).value_or(0);
    record.resume_timeout = if_set(conf.resume_timeout).value_or(0);
    record.power_saving = power_saving_of(conf);
    return record;
}

PartitionRecord record_of(const partition_info_t& partition) {
    return {text_of(partition.name),
            text_of(partition.nodes),
            partition.state_up == PARTITION_UP,
            if_set(partition.suspend_time),
            if_set(partition.suspend_timeout),
            if_set(partition.resume_timeout)};
}

NodeRecord record_of(const node_info_t& node) {
    NodeRecord record;
    record.name = node.name;
    record.base = base_of(node.node_state);
    record.flags = flags_of(node.node_state);
    record.allocated_cpus = allocated_cpus(node);
    record.cpus = node.cpus;
    record.boot_time = time_of(node.boot_time);
    record.slurmd_start_time = time_of(node.slurmd_start_time);
    record.reason = text_of(node.reason);
    record.features = text_of(node.features_act ? node.features_act : node.features);
    return record;
}

ReservationRecord record_of(const reserve_info_t& reservation) {
    return {text_of(reservation.name), text_of(reservation.node_list),
            time_of(reservation.start_time), time_of(reservation.end_time),
            (reservation.flags & RESERVE_FLAG_MAINT) != 0};
}

namespace {

/// As libslurm itself counts them: by the place of the node in the job's list.
std::vector<CpuRun> cpus_of(const slurm_job_info_t& job) {
    std::vector<CpuRun> runs;
    if (job.job_resrcs == nullptr) return runs;
    for (std::uint32_t place = 0; place < job.num_nodes; ++place) {
        const int cpus =
            slurm_job_cpus_allocated_on_node_id(job.job_resrcs, static_cast<int>(place));
        if (cpus <= 0) return {};
        const auto number = static_cast<std::uint32_t>(cpus);
        if (runs.empty() || runs.back().cpus != number) runs.push_back({number, 0});
        ++runs.back().nodes;
    }
    return runs;
}

}  // namespace

std::optional<JobRecord> record_of(const slurm_job_info_t& job) {
    const auto state = job_state_of(job.job_state);
    if (!state) return std::nullopt;
    const bool pending = *state == JobState::pending;
    return JobRecord{job.job_id,
                     *state,
                     text_of(job.partition),
                     text_of(pending ? job.sched_nodes : job.nodes),
                     time_of(job.start_time),
                     time_of(job.end_time),
                     pending ? std::vector<CpuRun>{} : cpus_of(job)};
}

JobRecord ended_record_of(const slurm_job_info_t& job) {
    return {job.job_id,         JobState::other,         text_of(job.partition),
            text_of(job.nodes), time_of(job.start_time), time_of(job.end_time),
            cpus_of(job)};
}

}  // namespace frugald::slurm
