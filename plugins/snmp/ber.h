#pragma once

// Tags of BER elements (X.690 section 8, RFC 3417 section 8).
namespace frugald::snmp {

inline constexpr unsigned char integer_tag = 0x02, octets_tag = 0x04, null_tag = 0x05;
inline constexpr unsigned char oid_tag = 0x06, sequence_tag = 0x30;

}  // namespace frugald::snmp
