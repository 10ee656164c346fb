#include "plugins/snmp/hooks.h"

#include <net-snmp/library/snmpUDPBaseDomain.h>

#include "plugins/snmp/mend.h"

namespace frugald::snmp {

namespace {

/// libnetsnmp's own; its C interface leaves no other place for it. Only the Library's thread comes
/// here.
SecmodInMsg* decode_usm = nullptr;

int decode_and_mend(snmp_secmod_incoming_params* message) {
    const int result = decode_usm(message);
    const bool readable = result == SNMPERR_SUCCESS && message->scopedPdu && *message->scopedPdu &&
                          message->scopedPduLen;
    if (readable) mend_scoped_pdu({*message->scopedPdu, *message->scopedPduLen});
    return result;
}

int receive_and_mend(netsnmp_transport* transport, void* buffer, int size, void** opaque,
                     int* opaque_size) {
    const int received = netsnmp_udpbase_recv(transport, buffer, size, opaque, opaque_size);
    if (received > 0)
        mend_message({static_cast<unsigned char*>(buffer), static_cast<std::size_t>(received)});
    return received;
}

}  // namespace

void mend_decrypted_answers() {
    auto* const usm = find_sec_mod(SNMP_SEC_MODEL_USM);
    if (!usm || usm->decode == decode_and_mend) return;
    decode_usm = usm->decode;
    usm->decode = decode_and_mend;
}

void mend_answers(netsnmp_transport& transport) {
    if (transport.f_recv == netsnmp_udpbase_recv) transport.f_recv = receive_and_mend;
}

}  // namespace frugald::snmp
