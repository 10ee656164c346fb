#pragma once

#include <chrono>

namespace frugald {

/// `[ledger]`: the energy of jobs (docs/energy.md).
struct LedgerSettings {
    bool jobs = true;                   // keep them at all
    bool admin_comment = false;         // write them into Slurm's accounting, too
    std::chrono::hours keep{24 * 730};  // their energies
};

}  // namespace frugald
