#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/core/action.h"
#include "daemon/core/clock.h"
#include "daemon/core/snapshot.h"
#include "daemon/store/store.h"

namespace frugald {

enum class Wish {
    suspend,      // SuspendProgram: off, before the deadline
    resume,       // ResumeProgram: on, and slurmd registered with a new boot time
    resume_fail,  // ResumeFailProgram: off if the site wants it
    on,           // the rest: an administrator's
    off,
    soft,
    cycle,
};
const char* to_string(Wish wish);
/// The name under which the journal keeps it: "hook-suspend", "on" ...
const char* journal_name(Wish wish);

/// One request for one node, journalled before anything is done about it. The newest request of a
/// node is the only one that may act: a newer generation silences the older at once.
struct Intent {
    Wish wish{};
    std::string node;
    std::uint64_t generation = 0;
    std::int64_t journal_id = 0;
    Instant asked{};     // when the hook was called, not when it arrived
    Instant deadline{};  // suspend: asked + SuspendTimeout - margin; resume: asked + ResumeTimeout
    Actor actor = Actor::hook;
    std::string actor_name;
    std::string reason;
    bool accept_job_loss = false;
    bool repair = false;         // the reconciler's
    bool for_job = false;        // a job waits for the node
    bool switched_on = false;    // "chassis on" was sent for it, perhaps before a restart
    bool told_too_late = false;  // that the line for power is longer than it can wait

    // Progress, for people.
    std::string stage = "waiting";
    std::string detail;
    /// Absent until it is over: "ok", "refused", "failed", "expired", "superseded".
    std::optional<std::string> result;
    std::string rule;  // of the guard, when refused
};
using IntentPtr = std::shared_ptr<Intent>;

IntentState describe(const Intent& intent);
/// What the journal keeps of it.
ActionRecord record_of(const Intent& intent);

/// After this nothing is switched off: Slurm counts the node as off SuspendTimeout after the hook's
/// call, whether it is or not, and may wake it from then on.
Instant suspend_deadline(Instant asked, std::chrono::milliseconds suspend_timeout,
                         std::chrono::milliseconds margin);
/// What Slurm gives the node to go off, and to come up; the cluster's when it does not know it.
std::chrono::seconds off_time_out(const SchedulerView& view, const std::string& node);
std::chrono::seconds on_time_out(const SchedulerView& view, const std::string& node);
/// The earlier one, on each clock.
Instant earlier(Instant a, Instant b);

/// An instant of the wall clock on both clocks, as seen at `now`.
Instant instant_at(WallTime wall, Instant now);

}  // namespace frugald
