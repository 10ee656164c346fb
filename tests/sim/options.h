#pragma once

#include <optional>
#include <string>

#include "tests/sim/plan.h"

namespace frugald::sim {

struct Options {
    Plan plan;  // of the first run; the next have the next seeds
    unsigned runs = 1;
    unsigned jobs = 1;  // processes
    bool json = false;
};

inline constexpr const char* usage =
    "usage: frugald-sim [--seed N] [--days D] [--nodes N] [--runs K] [--jobs J] [--plant RULE]\n"
    "                   [--no-faults] [--trace] [--json]\n";

/// Nothing: the arguments are wrong, or help is wanted.
std::optional<Options> read_options(int argc, char** argv);

}  // namespace frugald::sim
