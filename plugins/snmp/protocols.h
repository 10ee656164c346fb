#pragma once

#include <net-snmp/net-snmp-config.h>
//
#include <net-snmp/net-snmp-includes.h>

#include <span>
#include <string_view>

namespace frugald::snmp {

/// libnetsnmp's identifier of an authentication or privacy protocol; empty for unknown words.
std::span<oid> auth_protocol(std::string_view word);
std::span<oid> privacy_protocol(std::string_view word);

}  // namespace frugald::snmp
