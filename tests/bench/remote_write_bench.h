#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// Two hours of 500 nodes from the store into VictoriaMetrics, as after an outage: samples in a
/// second, and CPU of our side for each, the reading of the store included.
void remote_write_catch_up(const Report& report);
/// The same round by round, as they come: CPU of our side for each.
void remote_write_live(const Report& report);
/// Encoding and compression alone, windows of ten minutes.
void remote_write_encode(const Report& report);

}  // namespace frugald::bench
