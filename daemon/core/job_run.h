#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/energy_report.h"

namespace frugald {

/// A job of Slurm from one of its starts on: a job that is requeued runs again.
struct JobKey {
    std::uint32_t id = 0;  // Slurm's own, also of an array's task and a part of a heterogeneous job
    WallTime start{};
    auto operator<=>(const JobKey&) const = default;
};

struct JobRun {
    JobKey key{};
    std::string partition{};
    std::vector<std::string> nodes{};
    std::vector<std::uint32_t> cpus{};       // on each of them; empty: not known
    std::vector<std::uint32_t> node_cpus{};  // of each of them; empty: not known
    WallTime seen{};                         // when it was last known to run
    std::optional<WallTime> end{};           // absent: it runs
    bool vanished = false;  // nobody saw its end: `end` is the last moment it was known to run
    bool settled = false;   // its energy is in the store
};

/// A run whose energy is in the store.
struct SettledJob {
    JobRun run{};
    std::vector<JobEnergyRow> rows{};
};

/// Changes to the stored jobs, made together.
struct JobChanges {
    std::vector<JobRun> runs{};  // new ones, and new states of known ones
    /// Settled with these energies; the run itself is among those known.
    std::vector<JobEnergy> energies{};
    bool empty() const { return runs.empty() && energies.empty(); }
};

}  // namespace frugald
