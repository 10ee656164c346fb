// Any bytes as what arrives at hook.sock: a message, or an acknowledgement.
#include <cstdint>

#include "daemon/hook/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald::hook;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (const auto message = decode_message(bytes); message && encode(*message) != bytes)
        __builtin_trap();
    if (const auto ack = decode_ack(bytes); ack && encode(*ack) != bytes) __builtin_trap();
    if (const auto whole = message_size(bytes.substr(0, header_size));
        whole && *whole < header_size)
        __builtin_trap();
    return 0;
}
