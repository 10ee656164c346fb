#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "plugins/slurm/view.h"

namespace frugald::slurm {

/// Hostlists of slurmctld, each spelling expanded once: many jobs have the same one.
class HostlistCache {
public:
    using Names = std::vector<std::string>;
    /// "" and "(null)" are no nodes. The pointer lives as long as the cache.
    Result<const Names*> expand(const std::string& hostlist);

private:
    std::map<std::string, Names> known_;
};

/// SuspendExcNodes, the nodes of SuspendExcParts, and cloud nodes if SuspendExcStates has CLOUD.
Result<std::vector<std::string>> excluded_nodes(const Picture& picture, HostlistCache& hostlists);

/// Fills the view's partitions, and tells its nodes theirs. After the nodes.
Result<void> take_partitions(const Picture& picture, HostlistCache& hostlists, SchedulerView& view);
Result<void> take_reservations(const Picture& picture, HostlistCache& hostlists,
                               SchedulerView& view);

/// Absent for 0, "not known".
std::optional<WallTime> wall_time(UnixTime at);

}  // namespace frugald::slurm
