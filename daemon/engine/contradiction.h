#pragma once

#include <optional>
#include <string>

#include "daemon/core/disagreement.h"
#include "daemon/core/snapshot.h"

namespace frugald {

struct Contradiction {
    Disagreement kind{};
    std::string text;                  // both sides, with figures
    std::string advice;                // commands that an administrator may use
    std::chrono::seconds may_last{0};  // beside the reconciler's grace
    bool by_time_out = false;          // one of Slurm's has passed: no grace
};

/// What contradicts itself about a managed node at this instant, by the picture alone. Pure.
/// Unknown contradicts nothing: a silent BMC or a scheduler that is away is no disagreement, and
/// while frugald is carrying out a request for the node its state is in motion.
std::optional<Contradiction> contradiction(const Node& node, const SchedulerView& view);

}  // namespace frugald
