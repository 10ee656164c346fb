#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/units.h"

namespace frugald {

enum class ActionKind {
    power_on,     // chassis on
    power_off,    // chassis off, hard
    power_soft,   // orderly shutdown by ACPI
    power_cycle,  // off and on again
    set_cap,      // power limit: set, activate, read back
    release_cap,
    suspend,  // ask the scheduler to power the node down (POWER_DOWN_ASAP)
    wake,     // ask the scheduler to power the node up (POWER_UP)
    drain,    // ask the scheduler to give the node no more jobs
};
const char* to_string(ActionKind kind);

/// Who wants it. Only `admin` may override a policy rule.
enum class Actor { hook, policy, admin, daemon };

/// Something that is wanted of one node. Data, not behaviour: it can be logged, compared, stored
/// and dropped.
struct Action {
    ActionKind kind{};
    std::string node;
    Actor actor = Actor::policy;
    std::string actor_name;             // "idle", "SuspendProgram", "uid 0 (root)"
    std::string reason;                 // shown to the operator: every action explains itself
    std::optional<Watts> cap;           // set_cap only
    std::optional<WallTime> lease_end;  // set_cap only: when it is released by itself
    bool accept_job_loss = false;       // admin only, see N1
    bool approved = false;              // policy only: an administrator has approved this plan
    bool repair = false;                // ends a disagreement: mode `repair` counts, not its kind's
};

using Actions = std::vector<Action>;

}  // namespace frugald
