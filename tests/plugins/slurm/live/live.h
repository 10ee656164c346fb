#pragma once

#include <doctest/doctest.h>

#include <optional>

#include "tests/plugins/slurm/live/driver.h"
#include "tests/plugins/slurm/live/real_slurm.h"

/// Skips a test visibly where Slurm is not installed.
#define NEEDS_SLURM                                                    \
    if (const auto missing = RealSlurm::missing(); !missing.empty()) { \
        MESSAGE("skipped: no Slurm here: " << missing);                \
        return;                                                        \
    }

inline bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

inline std::string state(const frugald::SchedulerView& view, const char* node) {
    return view.nodes.at(node).state_text;
}
