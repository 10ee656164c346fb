// Any bytes as the BMC's answers while a session is opened. The first byte says which answer, with
// which suite and workarounds. Whether it passes is no question here: libFuzzer watches memcmp and
// so learns the right codes.
#include "tests/fuzz/ipmi_session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    if (size < 1) return 0;
    ipmi::Credentials credentials;
    credentials.user = "admin";
    credentials.password = Secret("secret12");
    ipmi::Workarounds workarounds;
    workarounds.supermicro_2_0 = (data[0] & 8) != 0;
    workarounds.intel_2_0 = (data[0] & 16) != 0;
    ipmi::Handshake handshake(credentials, workarounds);
    handshake.session = fuzz::session_of((data[0] & 4) != 0);
    const ipmi::Bytes packet(data + 1, size - 1);
    constexpr std::uint8_t tag = 1;
    bool wrong_key = false;
    switch (data[0] & 3) {
        case 0:
            ipmi::take_open_session_answer(packet, tag, handshake);
            break;
        case 1:
            ipmi::take_rakp_2(packet, tag, handshake, wrong_key);
            break;
        default:
            ipmi::take_rakp_4(packet, tag, handshake, wrong_key);
    }
    return 0;
}
