#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/core/clock.h"

namespace frugald {

using HistoryValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// One fact of the audit: something asked, decided, sent, answered or seen. The daemon writes them
/// to its hash-chained audit, test rigs write those of their world ("world_...") beside them; the
/// checker of never-events (daemon/audit) reads both. Nodesets are texts, instants unix
/// milliseconds (`..._ms`), an unknown number is left out.
///
///  kind        node  fields
///  config      -     event (start, reload), managed, protected (nodesets), settle_rounds,
///                    max_scheduler_age_ms, fresh_percent, headroom_percent, least_cap_watts
///  scope       -     name, limit_watts (the rating), nodes: a breaker, line, row or site
///  figures     -     nodes, idle_watts (the least while on), running_watts (the most), boot_watts,
///                    boot_ms
///  budget      -     name, nodes, offs_per_10_minutes, offs_per_day, cycles_per_node_day,
///                    warm_pool; absent: no limit
///  stop        -     why
///  mode        -     partition, action ("" for all), mode, by, why
///  hold        +     by, why, until_ms (absent: until released); no node: everything
///  release     +     by, why
///  hook        +     verb (suspend, resume, resume-fail), generation, asked_ms, deadline_ms, taken
///  request     +     wish, generation, actor, by, why, deadline_ms, accept_job_loss
///  refused     +     action, actor, by, rule, why
///  command     +     id, action (to_string(ActionKind)), actor, by, why, mode, generation, newest,
///                    deadline_ms, deadline_steady_ms, resuming, accept_job_loss, slurm_state,
///                    slurm_busy, slurm_powering_up, slurm_age_ms, jobs, bmc_rounds, slurm_rounds,
///                    guid, pinned_guid, fresh_percent, scopes ("NAME EXPECTED LIMIT" in watts);
///                    approved (in mode advise: by `frugalctl approve`);
///                    of a cap also limit_watts, lease_end_ms, class (safety, economy),
///                    exception (0 none)
///  answer      +     id, ok, text
///  read_back   +     id, chassis; of a cap: cap_active, cap_watts
///  cap_end     +     why: the lease is over and the BMC shows no limit of ours
///  identity    +     event (pinned, changed, duplicate, accepted, back), guid
///  calibration -     source, factor (1: none), reference_watts, raw_watts, by, why
///  quarantine  +     why                   quarantine_end  +  by, why
///  incident    +     what, text
///
///  world_slurm +     state, busy, powering_up, reserved, jobs: a change, at the moment it happens
///  world_hook  +     verb: slurmctld calls the hook
///  world_bmc   +     command (on, off, soft, cycle, cap, uncap), guid, exception, watts: received;
///                    external: sent by somebody else than frugald
///  world_chassis +   on: at the start of the history and at every change
///  world_power   +   watts: what the node draws, at every change that matters (else the checker
///                    takes the most it can)
///  world_job   -     id, nodes, event (start, end, lost)
///  world_start -     what (frugald, slurmctld)
///  world_kill  -     what
struct HistoryEntry {
    Instant at;
    std::string kind;
    std::string node{};
    std::vector<std::pair<std::string, HistoryValue>> fields{};
};

}  // namespace frugald
