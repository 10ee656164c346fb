#pragma once

#include <string_view>

#include "daemon/core/scheduler_view.h"

namespace frugald {

/// Slurm's base state and flags as one word, the most telling first: "powering_up",
/// "powering_down", "powered_down", "down", "draining" (still in use), "drained", "completing",
/// "maint", then the base state.
std::string_view scheduler_state(const SchedulerNode& node);

}  // namespace frugald
