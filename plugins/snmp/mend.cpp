#include "plugins/snmp/mend.h"

#include <optional>

#include "plugins/snmp/ber.h"

namespace frugald::snmp {

namespace {

using Bytes = std::span<unsigned char>;

constexpr unsigned char first_pdu_tag = 0xa0, last_pdu_tag = 0xa8;

struct Element {
    unsigned char* tag;
    Bytes content;
};

/// Takes the first BER element off; absent if there is none or it does not end within `bytes`.
std::optional<Element> take(Bytes& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    std::size_t length = bytes[1];
    std::size_t header = 2;
    if (length >= 0x80) {
        const std::size_t more = length & 0x7f;
        if (more == 0 || more > 3 || bytes.size() < 2 + more) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < more; ++i) length = length << 8 | bytes[2 + i];
        header += more;
    }
    if (bytes.size() - header < length) return std::nullopt;
    const Element element{bytes.data(), bytes.subspan(header, length)};
    bytes = bytes.subspan(header + length);
    return element;
}

std::optional<Element> take(Bytes& bytes, unsigned char tag) {
    const auto element = take(bytes);
    return element && *element->tag == tag ? element : std::nullopt;
}

/// RFC 3416 section 4.1: at most 128 numbers of 32 bits.
bool good_oid(Bytes content) {
    if (content.empty() || content.back() >= 0x80) return false;
    std::size_t numbers = 1;
    std::uint64_t number = 0;
    for (const auto byte : content) {
        number = number << 7 | (byte & 0x7fU);
        if (number > 0xffffffff) return false;
        if (byte >= 0x80) continue;
        number = 0;
        if (++numbers > 128) return false;
    }
    return true;
}

bool good_value(const Element& value) {
    const auto size = value.content.size();
    switch (*value.tag) {
        case integer_tag:
            return size >= 1 && size <= 8;
        case 0x41:  // Counter32
        case 0x42:  // Gauge32
        case 0x43:  // TimeTicks
        case 0x47:  // UInteger32
            return size >= 1 && (size <= 4 || (size == 5 && value.content[0] == 0));
        case 0x46:  // Counter64
            return size >= 1 && (size <= 8 || (size == 9 && value.content[0] == 0));
        case 0x40:  // IpAddress
            return size == 4;
        case oid_tag:
            return good_oid(value.content);
        case 0x03:  // BIT STRING
        case octets_tag:
        case null_tag:
        case 0x44:  // Opaque
        case 0x45:  // NsapAddress
        case 0x80:  // noSuchObject
        case 0x81:  // noSuchInstance
        case 0x82:  // endOfMibView
            return true;
        default:
            return false;
    }
}

std::size_t mend_bindings(Bytes bindings) {
    std::size_t mended = 0;
    while (!bindings.empty()) {
        const auto binding = take(bindings, sequence_tag);
        if (!binding) break;
        Bytes parts = binding->content;
        const auto name = take(parts, oid_tag);
        const auto value = name ? take(parts) : std::nullopt;
        if (!value || good_value(*value)) continue;
        *value->tag = null_tag;
        ++mended;
    }
    return mended;
}

std::size_t mend_pdu(Bytes rest) {
    const auto pdu = take(rest);
    if (!pdu || *pdu->tag < first_pdu_tag || *pdu->tag > last_pdu_tag) return 0;
    Bytes parts = pdu->content;
    for (int number = 0; number < 3; ++number)  // request id, error status, error index
        if (!take(parts, integer_tag)) return 0;
    const auto bindings = take(parts, sequence_tag);
    return bindings ? mend_bindings(bindings->content) : 0;
}

}  // namespace

std::size_t mend_message(Bytes message) {
    const auto outermost = take(message, sequence_tag);
    if (!outermost) return 0;
    Bytes parts = outermost->content;
    const auto version = take(parts, integer_tag);
    const bool community = version && version->content.size() == 1 && version->content[0] <= 1;
    if (!community || !take(parts, octets_tag)) return 0;
    return mend_pdu(parts);
}

std::size_t mend_scoped_pdu(Bytes plaintext) {
    const auto scoped = take(plaintext, sequence_tag);
    if (!scoped) return 0;
    Bytes parts = scoped->content;
    if (!take(parts, octets_tag) || !take(parts, octets_tag)) return 0;  // engine, context
    return mend_pdu(parts);
}

}  // namespace frugald::snmp
