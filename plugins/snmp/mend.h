#pragma once

#include <cstddef>
#include <span>

namespace frugald::snmp {

/// libnetsnmp throws away a whole answer for one malformed value in it: integers without bytes (02
/// 00), as some PDUs send, types that do not exist. This turns such values into NULL, in place and
/// without a change of length, before libnetsnmp sees them. Returns how many; 0, and nothing
/// changed, for what is no SNMP message or cannot be read so far.
std::size_t mend_message(std::span<unsigned char> message);       // v1, v2c
std::size_t mend_scoped_pdu(std::span<unsigned char> plaintext);  // v3, decrypted

}  // namespace frugald::snmp
