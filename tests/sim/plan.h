#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/clock.h"

namespace frugald::sim {

/// Nodes n to n + 99 hang on one PDU.
constexpr std::size_t per_pdu = 100;

/// What is simulated. Everything that is not here follows from the seed.
struct Plan {
    std::uint64_t seed = 1;
    unsigned nodes = 300;
    /// The first ones; the others are in Slurm and have BMCs, but are none of frugald's business.
    unsigned managed() const { return nodes - nodes / 50; }
    hours lasts{24};
    /// Nothing fails, no job and no administrator comes in the last part: what then is not in
    /// order stays so.
    minutes calm{90};
    bool faults = true;
    bool trace = false;   // the history on stdout
    std::string plant{};  // "N3": a bug that breaks this rule
};

}  // namespace frugald::sim
