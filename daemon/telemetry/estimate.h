#pragma once

#include "daemon/core/power_model.h"
#include "daemon/core/snapshot.h"

namespace frugald {

/// The end of the chain of power sources: gives the nodes of a complete picture (chassis and
/// scheduler known) that have a model and no measurement a power with source "model" and
/// Quality::estimated. A chassis that is off, or that Slurm shows as powered down while the BMC
/// is silent, draws `off`; a node in use draws `full`, however small the share in use; any other
/// node that Slurm knows to be up, or whose chassis is on, draws `idle`. A chassis that is on
/// without word from Slurm draws `full`. Without fresh word from either there is no estimate, and
/// a last measurement stays, stale.
void estimate_unmeasured(Snapshot& picture, const PowerModels& models,
                         std::chrono::milliseconds stale_after);

}  // namespace frugald
