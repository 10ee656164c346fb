#pragma once

#include "plugins/snmp/protocols.h"

namespace frugald::snmp {

// Where mend.h comes between libnetsnmp and what agents send.

/// All SNMPv3 answers, as soon as they are decrypted. Once for a Library.
void mend_decrypted_answers();
/// The v1 and v2c answers of one session.
void mend_answers(netsnmp_transport& transport);

}  // namespace frugald::snmp
