#pragma once

#include <cstdint>

namespace frugald::ipmi {

/// What tells one state of a BMC's records from another: the repository's (IPMI 2.0, 33.9), or,
/// where a BMC has none, that of its device records (35.2).
struct RepositoryStamp {
    std::uint16_t records = 0;
    std::uint32_t added = 0;  // time of the last addition; device records: their change indicator
    std::uint32_t erased = 0;
    bool device = false;  // device records
    bool operator==(const RepositoryStamp&) const = default;

    /// Some BMCs have no time: then only their number tells two sets of records apart.
    bool has_time() const {
        return (added != 0 && added != ~std::uint32_t{0}) ||
               (erased != 0 && erased != ~std::uint32_t{0});
    }
};

}  // namespace frugald::ipmi
