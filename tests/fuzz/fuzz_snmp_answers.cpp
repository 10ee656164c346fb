// Any bytes as an answer of an SNMP agent: mending changes nothing but the tags of values, and a
// second time nothing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "plugins/snmp/mend.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    if (size < 1) return 0;
    std::vector<unsigned char> message{data + 1, data + size};
    const auto mend = [&](std::vector<unsigned char>& bytes) {
        return (data[0] & 1) != 0 ? snmp::mend_scoped_pdu(bytes) : snmp::mend_message(bytes);
    };
    const auto before = message;
    const std::size_t mended = mend(message);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < message.size(); ++i)
        if (message[i] != before[i]) ++changed;
    if (changed != mended || mend(message) != 0) std::abort();
    return 0;
}
