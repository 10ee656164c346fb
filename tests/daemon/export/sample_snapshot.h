#pragma once

#include <memory>

#include "daemon/core/snapshot.h"

namespace frugald::test {

/// A cluster as frugald would see it: `nodes` nodes c0001... with 12 sensors each, some off, some
/// capped, one unreachable, one with a stale reading; a PDU per 20 nodes, one meter, Slurm's
/// states, counters. `round` moves the figures and the counters on, as the clock does.
Snapshot sample_snapshot(unsigned nodes, unsigned round = 0);

}  // namespace frugald::test
