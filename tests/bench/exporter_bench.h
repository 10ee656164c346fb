#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// CPU time per power reading of Debian's prometheus-ipmi-exporter (its dcmi collector, which
/// starts a FreeIPMI program for each) over ours, with the same BMCs in the same run.
void ipmi_vs_exporter(const Report& report);

}  // namespace frugald::bench
