#include "plugins/ipmi/codec.h"

namespace frugald::ipmi {

bool claims_session(Bytes packet, const Session& session, bool zero_id) {
    constexpr std::size_t headers_size = 16;  // of RMCP and of the RMCP+ session
    constexpr std::uint8_t ipmi_class = 0x07;
    constexpr std::uint8_t rmcp_plus = 0x06;
    constexpr std::uint8_t encrypted_and_authenticated_ipmi = 0xc0;
    if (packet.size() <= headers_size) return false;
    if (packet[3] != ipmi_class || packet[4] != rmcp_plus) return false;
    if (packet[5] != encrypted_and_authenticated_ipmi) return false;
    const std::uint32_t id = le32(packet, 6);
    return id == session.console_id || (zero_id && id == 0);
}

}  // namespace frugald::ipmi
