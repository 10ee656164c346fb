#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// metrics.render_ms_10k_nodes, metrics.gzip_ms_10k_nodes, metrics.nodes_json_ms_10k_nodes: CPU
/// time to render one snapshot of 10,000 nodes with 12 sensors each, and 500 PDUs.
void metrics_render(const Report& report);

}  // namespace frugald::bench
