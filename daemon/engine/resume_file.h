#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace frugald {

/// A job that waits for nodes to come up.
struct ResumeJob {
    std::string id;
    std::vector<std::string> nodes;  // that are to come up for it, in slurmctld's order
};

/// What SLURM_RESUME_FILE says, of any release: slurmctld 22.05 names a job's nodes "nodes", 23.02
/// and later "nodes_resume". Jobs in slurmctld's order. It only helps to decide what goes first,
/// so whatever cannot be understood is passed over: no jobs is an answer. No more than 65,536 nodes
/// of all jobs together are named.
std::vector<ResumeJob> read_resume_file(std::string_view content);

}  // namespace frugald
