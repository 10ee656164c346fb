#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// One request made into a packet by libfreeipmi: the part of a reading that tells how fast the
/// machine is just now.
void ipmi_wrap(const Report& report);
/// 1,000 BMCs, each asked again as soon as it has answered: CPU time per power reading, with
/// either codec.
void ipmi_closed_loop(const Report& report);
/// 10,000, or 50,000, BMCs once a second: share of one core.
void ipmi_paced(const Report& report);
void ipmi_paced_50k(const Report& report);
/// 10,000 sessions with the default limits, from nothing to a reading of each BMC; and what a BMC
/// costs in memory then.
void ipmi_open(const Report& report);
/// 10,000 BMCs that answer after 20 ms: how much later the 99th of 100 answers of the living comes
/// when half of them are dead.
void ipmi_half_dead(const Report& report);

}  // namespace frugald::bench
