#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// hook.p50_ms, hook.p99_ms: from the start of a frugald-hook process to its end with the daemon's
/// acknowledgement, 64 started at once, against a running frugald whose journal is on this disk.
/// Wall time: what slurmctld sees. hook.cpu_ms, hook.daemon_cpu_ms: what a hook costs its process
/// and the daemon; 64 hooks cannot be faster than their sum on this machine's cores.
void hook_latency(const Report& report);

/// S7: 10,000 hooks, started as fast as one process can: how long they take, how many had to use
/// the spool, and how many are in neither (hook.crowd_lost).
void hook_crowd(const Report& report);

}  // namespace frugald::bench
