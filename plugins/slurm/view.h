#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/clock.h"
#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// The worker's picture in the daemon's words. `now` is the moment it arrived on this side;
/// `read_at` goes back from it to the moment slurmctld answered. Fault::unparsable when the nodes
/// of a job or partition cannot be read: a view with a hole in it would show busy nodes as free.
Result<std::shared_ptr<const SchedulerView>> view_of(Picture picture, Instant now);

/// The moment on the daemon's clocks of an answer that arrived at `now`.
Instant answered(std::int64_t answered_at_ns, Instant now);

/// The node or partition names of SuspendExcNodes or SuspendExcParts without their counts:
/// since Slurm 23.02 "n[1-9]:2,m1" keeps any two of n[1-9]. All of them count as excluded here.
std::string without_counts(std::string_view exclusions);

}  // namespace frugald::slurm
