#include "daemon/export/scheduler_state.h"

namespace frugald {

std::string_view scheduler_state(const SchedulerNode& node) {
    if (node.powering_up) return "powering_up";
    if (node.powering_down) return "powering_down";
    if (node.powered_down) return "powered_down";
    if (node.base == NodeBase::down) return "down";
    if (node.drain) return node.in_use() ? "draining" : "drained";
    if (node.completing) return "completing";
    if (node.maint && !node.in_use()) return "maint";
    return to_string(node.base);
}

}  // namespace frugald
