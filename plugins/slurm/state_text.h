#pragma once

#include <string>

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// A node's state as `sinfo -o %T` prints it: a word and at most one sign (sinfo(1), NODE STATE
/// CODES): "idle", "mixed#", "draining!", "down*". "idle?": with a flag that is not known here.
std::string state_text(const NodeRecord& node);

}  // namespace frugald::slurm
