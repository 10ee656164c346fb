#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/room/bytes.h"

namespace frugald::room {

using Oid = std::vector<std::uint32_t>;

/// "1.3.6.1", also with a leading dot; nothing if it is not one.
std::optional<Oid> parse_oid(std::string_view text);

/// ASN.1 tags of SNMP (RFC 1157, RFC 3416).
namespace tag {
inline constexpr std::uint8_t integer = 0x02, octets = 0x04, null = 0x05, oid = 0x06,
                              sequence = 0x30, address = 0x40, counter32 = 0x41, gauge32 = 0x42,
                              time_ticks = 0x43, opaque = 0x44, counter64 = 0x46,
                              no_such_object = 0x80, end_of_view = 0x82;
inline constexpr std::uint8_t get = 0xa0, get_next = 0xa1, response = 0xa2, set = 0xa3,
                              get_bulk = 0xa5;
}  // namespace tag

/// A value as it stands on the wire: tag and content octets.
struct SnmpValue {
    std::uint8_t type = tag::null;
    std::string content;
};
SnmpValue snmp_integer(std::int64_t value, std::uint8_t type = tag::integer);
/// Counter32, Gauge32, TimeTicks (modulo 2^32), Counter64.
SnmpValue snmp_unsigned(std::uint64_t value, std::uint8_t type);
SnmpValue snmp_text(std::string_view text);
SnmpValue snmp_oid(const Oid& oid);

/// Tag, length (definite form), content.
std::string encode(std::uint8_t type, std::string_view content);

/// Takes BER elements from the front of its input; stops for good at the first malformed one.
class BerReader {
public:
    explicit BerReader(View input) : left_(input) {}

    struct Element {
        std::uint8_t type = 0;
        View content;
    };
    std::optional<Element> next();
    /// The content of the next element if it has this tag.
    std::optional<View> next(std::uint8_t type);
    std::optional<std::int64_t> next_integer();
    std::optional<Oid> next_oid();
    bool at_end() const { return left_.empty(); }

private:
    View left_;
};

}  // namespace frugald::room
