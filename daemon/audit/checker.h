#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/audit/history.h"

namespace frugald::audit {

/// A never-event of safety.md that happened.
struct Violation {
    std::string rule{};  // "N1"
    std::size_t line = 0;
    std::int64_t wall_ms = 0;
    std::string node{};  // empty: it concerns several, or none
    std::string text{};  // a sentence with the figures
};

struct Findings {
    std::vector<Violation> violations{};  // by line
    /// How many facts each rule has judged: a rule that judged nothing has proved nothing.
    std::map<std::string, std::size_t> judged{};
};

/// Judges a history by the rules N1 to N11. What the world says ("world_...") counts where it is
/// there; otherwise the figures that the daemon recorded with its commands.
Findings check(const History& history);

/// "N1 line 12 2026-11-21T07:46:56.123Z n1: off while Slurm shows it as allocated"
std::string to_text(const Violation& violation);

}  // namespace frugald::audit
