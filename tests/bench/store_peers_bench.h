#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// The store beside VictoriaMetrics and Prometheus: the same two hours of 500 nodes, round by
/// round, into each. Bytes on disk when everything is in its place (ours: the files of raw samples,
/// which have all that theirs have; theirs: data and index; no write-ahead logs), and CPU until
/// then: ours of append and flush, roll-ups included, theirs of the process, its start not
/// counted.
void store_vs_victoria(const Report& report);
void store_vs_prometheus(const Report& report);

}  // namespace frugald::bench
