#pragma once

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// Nodes, then jobs: a job that starts or ends in between leaves its node busy in one of them.
Result<Picture> load();

}  // namespace frugald::slurm
