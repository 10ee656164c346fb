#include <map>
#include <tuple>

#include "daemon/export/families.h"
#include "daemon/export/scheduler_state.h"

namespace frugald::metrics {

namespace {

using NodeCounts = std::map<std::tuple<std::string_view, std::string_view, Chassis>, unsigned>;

NodeCounts count_nodes(const Snapshot& now) {
    NodeCounts counts;
    for (const auto& [name, node] : now.nodes) {
        if (!node.scheduler) continue;
        for (const std::string& partition : node.scheduler->partitions)
            ++counts[{partition, scheduler_state(*node.scheduler), node.chassis}];
    }
    return counts;
}

}  // namespace

void collect_scheduler(const Snapshot& now, Families& families) {
    Family nodes{"frugald_slurm_nodes",
                 "Nodes by partition, Slurm state and chassis power; a node counts in each of its "
                 "partitions."};
    for (const auto& [key, count] : count_nodes(now)) {
        const auto& [partition, state, chassis] = key;
        nodes.add({{"partition", partition}, {"state", state}, {"chassis", to_string(chassis)}},
                  count);
    }
    nodes.move_into(families);

    std::map<std::string, unsigned> kinds;
    for (const auto& [name, node] : now.nodes)
        if (node.disagreement) ++kinds[node.disagreement->kind];
    Family disagreements{"frugald_disagreements",
                         "Nodes about which Slurm, the BMC and frugald do not agree, by kind."};
    for (const auto& [kind, count] : kinds) disagreements.add({{"kind", kind}}, count);
    disagreements.move_into(families);

    if (!now.scheduler) return;
    Family age{"frugald_scheduler_age_seconds", "Age of the picture of Slurm in use."};
    age.add({}, Seconds{now.at.steady - now.scheduler->read_at.steady}.count());
    age.move_into(families);
}

}  // namespace frugald::metrics
