#include "daemon/core/tree_picture.h"
#include "daemon/export/families.h"

namespace frugald::metrics {

void collect_tree(const Snapshot& now, Families& families) {
    if (!now.tree) return;
    Family budget{"frugald_power_budget_watts",
                  "The most that a level of the power tree may be expected to draw (N3)."};
    Family headroom{"frugald_power_headroom_watts",
                    "What a level of the power tree has left of its budget, as measured."};
    Family suspect{"frugald_power_source_suspect",
                   "1 while the watts of this source contradict those of its peers."};
    for (const TreeLevel& level : now.tree->levels) {
        if (level.limit) budget.add({{"scope", level.name}}, level.limit->value);
        if (level.headroom) headroom.add({{"scope", level.name}}, level.headroom->value);
    }
    for (const TreeSuspicion& one : now.tree->suspicions)
        suspect.add({{"source", one.source}, {"fault", one.fault}}, 1);
    for (Family* const family : {&budget, &headroom, &suspect}) family->move_into(families);
}

}  // namespace frugald::metrics
