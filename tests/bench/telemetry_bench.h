#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// telemetry.take_us: CPU time for one observation of a node (power and chassis) to be judged and
/// kept. telemetry.describe_ms_10k_nodes: to make a picture of 10,000 nodes with 12 sensors each.
void telemetry_take(const Report& report);

/// telemetry.replay.*: a recorded day of 1,724 BMCs through the rules, with what was accepted and
/// refused by reason; the refused readings go to stderr, with their neighbours. Says so and does
/// nothing when the recording is not there.
void telemetry_replay(const Report& report);

}  // namespace frugald::bench
