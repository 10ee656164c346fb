#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// CPU of the reading side alone, per document, over kept TLS connections: an EnvironmentMetrics of
/// 0.9 KB, and a Power of 8.5 KB.
void redfish_read(const Report& report);

}  // namespace frugald::bench
