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

}  // namespace frugald::slurm
