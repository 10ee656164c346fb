#pragma once

#include <vector>

#include "daemon/ledger/job_book.h"
#include "daemon/ledger/power_piece.h"

namespace frugald {

/// A time in which the same jobs were on a node.
struct ShareStretch {
    EnergySpan span{};
    double share = 1;  // the job's of all that the node draws
    bool shared = false;
    bool by_cpus = true;  // false: evenly, since the CPUs of one of the jobs are not known
};

/// Whose a node's energy is while `run` has it, up to `until`: by the CPUs each job was given.
/// What nobody was given belongs to those who are there, so that all shares make up the node.
std::vector<ShareStretch> shares_of(const JobBook& book, const JobRun& run, std::size_t place,
                                    WallTime until);

}  // namespace frugald
