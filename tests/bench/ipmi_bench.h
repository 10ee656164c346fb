#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// One request made into a packet by libfreeipmi: the part of a reading that tells how fast the
/// machine is just now.
void ipmi_wrap(const Report& report);
/// 1,000 BMCs, each asked again as soon as it has answered: CPU time per power reading.
void ipmi_closed_loop(const Report& report);
/// 10,000 BMCs once a second: share of one core.
void ipmi_paced(const Report& report);

}  // namespace frugald::bench
