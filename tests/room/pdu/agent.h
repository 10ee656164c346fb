#pragma once

#include <string>
#include <string_view>

#include "tests/room/faults.h"
#include "tests/room/pdu/mib.h"

namespace frugald::room {

/// One SNMP v1/v2c request (RFC 1157, RFC 3416): GET, GETNEXT, GETBULK; SET is refused. The answer
/// has at most 1,472 octets. Empty: no answer, as for a wrong community or garbage.
std::string answer_snmp(View request, const Mib& mib, std::string_view community,
                        const Faults& faults, TimePoint now);

}  // namespace frugald::room
