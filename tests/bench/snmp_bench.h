#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// snmp.cpu_us_per_answer_48 and ..._v3: CPU time for one GET of 48 numbers, from the request to
/// values, in SNMP v2c and in v3 with SHA-256 and AES (against snmpd; left out where there is
/// none).
void snmp_answer(const Report& report);

/// snmp.2000_pdus_10s_*: 2,000 PDUs of 48 outlets by SNMP v2c, all of them every 10 s.
void snmp_paced(const Report& report);

/// snmp.live_*: how long a poll of one of 100 PDUs takes, and how late it is, alone and beside 100
/// SNMPv3 PDUs that never answer.
void snmp_silent(const Report& report);

}  // namespace frugald::bench
