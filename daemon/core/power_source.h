#pragma once

#include <string>
#include <string_view>

#include "daemon/core/reading.h"
#include "daemon/core/result.h"

namespace frugald {

/// What a power reading belongs to: "c001" (the node, by its BMC), "rack7-a" (a PDU or meter as a
/// whole), "rack7-a:outlet:12".
struct PowerSource {
    std::string device;
    Part part = Part::total;
    std::string part_name{};  // empty for the total
    bool operator==(const PowerSource&) const = default;
};
std::string to_string(const PowerSource& source);
/// Also "rack7-a:12" for an outlet and "rack7-a:L1" for a line. Fault::invalid says what is wrong.
Result<PowerSource> parse_power_source(std::string_view text);

}  // namespace frugald
