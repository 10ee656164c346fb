#pragma once

#include <cstdint>
#include <optional>

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// What node_info_t.node_state means. A base state that is not known here is `unknown`.
NodeBase base_of(std::uint32_t node_state);
/// NodeFlag bits; every bit of Slurm's that is not known here sets NodeFlag::unknown.
std::uint32_t flags_of(std::uint32_t node_state);

/// What slurm_job_info_t.job_state means; nothing for a job that has ended and holds no node.
std::optional<JobState> job_state_of(std::uint32_t job_state);

}  // namespace frugald::slurm
