#include "plugins/snmp/oid.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace frugald::snmp {

std::optional<Oid> parse_oid(std::string_view text) {
    constexpr std::size_t deepest = 128;
    if (text.starts_with('.')) text.remove_prefix(1);
    Oid oid;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (oid.size() < deepest) {
        std::uint32_t level = 0;
        const auto [after, error] = std::from_chars(at, end, level);
        if (error != std::errc{}) return std::nullopt;
        oid.push_back(level);
        if (after == end) return oid;
        if (*after != '.') return std::nullopt;
        at = after + 1;
    }
    return std::nullopt;
}

std::string to_text(std::span<const std::uint32_t> oid) {
    return fmt::format("{}", fmt::join(oid, "."));
}

bool starts_with(const Oid& oid, const Oid& prefix) {
    return oid.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), oid.begin());
}

Oid join(const Oid& first, std::span<const std::uint32_t> second) {
    Oid joined = first;
    joined.insert(joined.end(), second.begin(), second.end());
    return joined;
}

}  // namespace frugald::snmp
