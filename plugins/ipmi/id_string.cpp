#include "plugins/ipmi/id_string.h"

#include <algorithm>
#include <string_view>

namespace frugald::ipmi {
namespace {

enum class Coding { unicode, bcd_plus, six_bits, eight_bits };

std::string unpack_bcd(Bytes bytes) {
    constexpr std::string_view digits = "0123456789 -.:,_";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0x0f];
    }
    return text;
}

// Four characters in three bytes, the first in the low bits of the first.
std::string unpack_six_bits(Bytes bytes) {
    std::string text;
    unsigned bits = 0, count = 0;
    for (const std::uint8_t byte : bytes) {
        bits |= static_cast<unsigned>(byte) << count;
        for (count += 8; count >= 6; count -= 6) {
            text += static_cast<char>(' ' + (bits & 0x3f));
            bits >>= 6;
        }
    }
    return text;
}

std::string as_it_is(Bytes bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (byte == 0) break;
        text += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '?';
    }
    return text;
}

std::string unpack(Coding coding, Bytes bytes) {
    switch (coding) {
        case Coding::bcd_plus:
            return unpack_bcd(bytes);
        case Coding::six_bits:
            return unpack_six_bits(bytes);
        case Coding::unicode:  // in practice ASCII of a firmware that knows no better
        case Coding::eight_bits:
            break;
    }
    return as_it_is(bytes);
}

}  // namespace

std::string id_string(Bytes bytes) {
    if (bytes.empty()) return {};
    const std::size_t size = std::min<std::size_t>(bytes[0] & 0x1f, bytes.size() - 1);
    std::string text = unpack(static_cast<Coding>(bytes[0] >> 6), bytes.subspan(1, size));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

}  // namespace frugald::ipmi
