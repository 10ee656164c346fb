#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// Three hours of the made-up fleet (tests/support/fleet_samples.h), 10,000 nodes with 12 sensors
/// every 10 s, into a SampleStore in TMPDIR. Over the last two: store.ns_per_sample (CPU time of
/// append: journal, chunks, both rollups), store.bytes_per_sample (growth of the day file),
/// store.written_bytes_per_sample (given to write(2), all files and logs). Then store.rss_mb (what
/// the process has grown by), store.replay_s (wall time of opening the store again, not closed) and
/// store.retention_s (of deleting the day; n: its bytes).
void store_ingest(const Report& report);

/// A day of 500 such nodes and of one sum of them: store.node_day_ms (one node, 12 sensors, raw,
/// wall time, the files opened each time), store.node_day_cold_ms (the files' pages dropped before)
/// and store.cluster_day_ms.
void store_read_day(const Report& report);

/// store.fleet_month_s: wall time of one sensor of 10,000 nodes, 30 days, by hours, from rows of 12
/// sensors as the rollup writes them.
void store_read_month(const Report& report);

/// A recorded day of real BMCs (`ipmitool sdr` of every 16th of 1,724 nodes, a reading a minute,
/// each node at its own second): store.recorded_bytes_per_sample, of the day file when it is
/// complete, and store.recorded_ns_per_sample. Without the recording: not measured.
void store_recorded(const Report& report);

}  // namespace frugald::bench
