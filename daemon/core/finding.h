#pragma once

#include <string>

namespace frugald {

/// unknown: what the check needs is not known, which is neither good nor bad.
enum class FindingLevel { ok, warn, fail, unknown };
const char* to_string(FindingLevel level);

/// What one check of `frugalctl doctor` found (docs/doctor.md).
struct Finding {
    std::string id;  // "slurm-suspend-time"
    FindingLevel level = FindingLevel::unknown;
    std::string text;   // one sentence, with the figure
    std::string fix{};  // what an administrator can do; empty when ok
};

}  // namespace frugald
