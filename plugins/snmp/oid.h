#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace frugald::snmp {

/// An object identifier, a number per level.
using Oid = std::vector<std::uint32_t>;
/// One that lives elsewhere.
using OidView = std::span<const std::uint32_t>;

/// MIB-II, group system (RFC 3418): what an agent says of itself.
inline const Oid sys_descr_oid{1, 3, 6, 1, 2, 1, 1, 1, 0};
inline const Oid sys_object_id_oid{1, 3, 6, 1, 2, 1, 1, 2, 0};

/// "1.3.6.1" or ".1.3.6.1"; absent for anything else, also for more than 128 levels (RFC 3416).
std::optional<Oid> parse_oid(std::string_view text);
std::string to_text(std::span<const std::uint32_t> oid);
bool starts_with(const Oid& oid, const Oid& prefix);
Oid join(const Oid& first, std::span<const std::uint32_t> second);

}  // namespace frugald::snmp
