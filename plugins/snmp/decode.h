#pragma once

#include "plugins/snmp/protocols.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp {

/// A response in our words.
Reply decode(const netsnmp_pdu& response);

}  // namespace frugald::snmp
