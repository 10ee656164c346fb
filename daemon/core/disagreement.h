#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/action.h"

namespace frugald {

/// How Slurm, the BMC and what frugald last did can contradict each other (docs/reconciler.md).
enum class Disagreement {
    on_though_powered_down,  // Slurm counts it as off, the chassis is on
    off_though_in_service,   // Slurm counts on it, the chassis is off
    draws_though_off,        // the chassis says off, the meters say otherwise
    stuck_powering_down,     // longer than SuspendTimeout
    stuck_powering_up,       // longer than ResumeTimeout
    down_after_resume,       // Slurm gave up waiting for its boot
    missing_in_slurm,        // managed, but not in Slurm's answer
};
inline constexpr std::size_t disagreement_kinds = 7;
const char* to_string(Disagreement kind);

/// What would end it; absent: people only.
std::optional<ActionKind> repair_of(Disagreement kind);
/// The names of those with a repair.
const std::vector<std::string>& repairable_kinds();

}  // namespace frugald
