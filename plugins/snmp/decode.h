#pragma once

#include "plugins/snmp/protocols.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp {

/// A response in our words. `asked` is what the request named.
Reply decode(const netsnmp_pdu& response, std::span<const OidView> asked);

}  // namespace frugald::snmp
