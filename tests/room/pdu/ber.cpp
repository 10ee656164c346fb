#include "tests/room/pdu/ber.h"

#include <charconv>

namespace frugald::room {

namespace {

constexpr std::size_t most_components = 128;  // RFC 3416, 4.1

void put_base128(std::string& out, std::uint32_t value) {
    constexpr int longest = 28;
    bool started = false;
    for (int shift = longest; shift >= 0; shift -= 7) {
        const unsigned part = (value >> shift) & 0x7f;
        started = started || part != 0 || shift == 0;
        if (started) out.push_back(static_cast<char>(part | (shift > 0 ? 0x80U : 0U)));
    }
}

/// Big-endian two's complement, as short as it goes.
std::string shortest(std::uint64_t bits, bool negative) {
    std::string text(1, static_cast<char>(negative ? 0xff : 0x00));
    for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(bits >> shift));
    std::size_t skip = 0;
    while (skip + 1 < text.size()) {
        const bool next_sign = (static_cast<std::uint8_t>(text[skip + 1]) & 0x80) != 0;
        if (text[skip] != (negative ? '\xff' : '\0') || next_sign != negative) break;
        ++skip;
    }
    return text.substr(skip);
}

std::optional<Oid> decode_oid(View content) {
    Oid oid;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
        value = (value << 7) | (content[i] & 0x7f);
        if (value > 0xffffffff) return std::nullopt;
        if ((content[i] & 0x80) != 0) continue;
        const auto component = static_cast<std::uint32_t>(value);
        if (oid.empty()) {
            const std::uint32_t first = component >= 80 ? 2 : component / 40;
            oid = {first, component - first * 40};
        } else {
            oid.push_back(component);
        }
        value = 0;
    }
    if (content.empty() || (content.back() & 0x80) != 0 || oid.size() > most_components)
        return std::nullopt;
    return oid;
}

}  // namespace

std::optional<Oid> parse_oid(std::string_view text) {
    if (!text.empty() && text[0] == '.') text.remove_prefix(1);
    Oid oid;
    while (true) {
        std::uint32_t component = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), component);
        if (parsed.ec != std::errc() || oid.size() == most_components) return std::nullopt;
        oid.push_back(component);
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        if (text.empty()) return oid;
        if (text[0] != '.') return std::nullopt;
        text.remove_prefix(1);
    }
}

SnmpValue snmp_integer(std::int64_t value, std::uint8_t type) {
    return {type, shortest(static_cast<std::uint64_t>(value), value < 0)};
}

SnmpValue snmp_unsigned(std::uint64_t value, std::uint8_t type) {
    return {type, shortest(type == tag::counter64 ? value : value & 0xffffffff, false)};
}

SnmpValue snmp_text(std::string_view text) { return {tag::octets, std::string(text)}; }

SnmpValue snmp_oid(const Oid& oid) {
    SnmpValue value{tag::oid, {}};
    if (oid.empty()) return value;
    put_base128(value.content, oid[0] * 40 + (oid.size() > 1 ? oid[1] : 0));
    for (std::size_t i = 2; i < oid.size(); ++i) put_base128(value.content, oid[i]);
    return value;
}

std::string encode(std::uint8_t type, std::string_view content) {
    constexpr std::size_t short_form = 0x80;
    std::string out(1, static_cast<char>(type));
    if (content.size() < short_form) {
        out.push_back(static_cast<char>(content.size()));
    } else {
        out.push_back('\x82');
        out.push_back(static_cast<char>(content.size() >> 8));
        out.push_back(static_cast<char>(content.size()));
    }
    return out.append(content);
}

std::optional<BerReader::Element> BerReader::next() {
    const View input = left_;
    left_ = {};
    if (input.size() < 2) return std::nullopt;
    std::size_t size = input[1];
    std::size_t header = 2;
    if (size >= 0x80) {
        const std::size_t octets = size & 0x7f;
        if (octets == 0 || octets > 4 || input.size() < header + octets) return std::nullopt;
        size = 0;
        for (std::size_t i = 0; i < octets; ++i) size = (size << 8) | input[header + i];
        header += octets;
    }
    if (size > input.size() - header) return std::nullopt;
    left_ = input.subspan(header + size);
    return Element{input[0], input.subspan(header, size)};
}

std::optional<View> BerReader::next(std::uint8_t type) {
    const auto element = next();
    if (!element || element->type != type) return std::nullopt;
    return element->content;
}

std::optional<std::int64_t> BerReader::next_integer() {
    const auto content = next(tag::integer);
    if (!content || content->empty() || content->size() > 8) return std::nullopt;
    std::uint64_t bits = ((*content)[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t octet : *content) bits = (bits << 8) | octet;
    return static_cast<std::int64_t>(bits);
}

std::optional<Oid> BerReader::next_oid() {
    const auto content = next(tag::oid);
    return content ? decode_oid(*content) : std::nullopt;
}

}  // namespace frugald::room
