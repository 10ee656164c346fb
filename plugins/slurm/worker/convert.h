#pragma once

#include "plugins/slurm/wire.h"
#include "plugins/slurm/worker/compat.h"

namespace frugald::slurm {

// libslurm's structures in our words. "Not set" and "never" of Slurm are absent.

ControllerRecord record_of(const slurm_conf_t& conf);
PartitionRecord record_of(const partition_info_t& partition);
/// Of a node with a name.
NodeRecord record_of(const node_info_t& node);
ReservationRecord record_of(const reserve_info_t& reservation);
/// Absent for a job that has ended and holds no node.
std::optional<JobRecord> record_of(const slurm_job_info_t& job);
/// Of one for which that is absent.
JobRecord ended_record_of(const slurm_job_info_t& job);

}  // namespace frugald::slurm
