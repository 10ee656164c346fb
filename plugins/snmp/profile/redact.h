#pragma once

#include <string>
#include <vector>

#include "plugins/snmp/profiles.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp::profile {

/// Names, places, serial numbers and whatever else a text may hold become "<private>". What stays:
/// texts of columns that a profile reads, numbers, and sysDescr, in which long numbers are crossed
/// out. Indexes stay: a device whose OIDs hold its serial number still shows it.
void redact(std::vector<Binding>& bindings, const Profiles& profiles);

/// "OID|tag|value\n", as snmpsim reads it; empty for no value. The type of a number is chosen by
/// its size: what came as a Counter32 may stand there as an INTEGER.
std::string snmprec_line(const Binding& binding);

}  // namespace frugald::snmp::profile
