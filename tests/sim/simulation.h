#pragma once

#include "tests/sim/faults.h"
#include "tests/sim/people.h"

namespace frugald::sim {

/// What one run came to.
struct Report {
    std::vector<Failure> failures;
    std::map<std::string, std::uint64_t> counts;
    std::uint64_t hash = 0;
    double days = 0;
};

/// One cluster and its frugald from a seed, for some days of virtual time.
Report simulate(const Plan& plan);

}  // namespace frugald::sim
