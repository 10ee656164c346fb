#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// hook.p50_ms, hook.p99_ms: from the start of a frugald-hook process to its end with the daemon's
/// acknowledgement, 64 started at once, against a running frugald whose journal is on this disk.
/// Wall time: what slurmctld sees.
void hook_latency(const Report& report);

}  // namespace frugald::bench
