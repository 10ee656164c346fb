// Any bytes as a packet inside a session: what nobody signed is never accepted, by either codec.
#include "tests/fuzz/codec_agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    static const ipmi::Session sessions[] = {fuzz::session_of(false), fuzz::session_of(true)};
    if (size < 1) return 0;
    const ipmi::Tolerance tolerance{(data[0] & 2) != 0, (data[0] & 4) != 0};
    fuzz::agree_on(sessions[data[0] & 1], tolerance, {data + 1, size - 1});
    return 0;
}
