#pragma once

#include <cstdint>
#include <optional>

#include "plugins/ipmi/sensor.h"

namespace frugald::ipmi {

/// The unit bytes of a sensor data record (IPMI 2.0, 43.1, bytes 21 to 23).
struct UnitBytes {
    std::uint8_t percentage = 0;
    std::uint8_t modifier = 0;  // 1: per, 2: times the unit `modifier_unit`
    std::uint8_t rate = 0;      // per this time
    std::uint8_t base = 0;
    std::uint8_t modifier_unit = 0;
};

/// Absent: not a unit that frugald stores. Watts, amperes, volts, degrees and revolutions per
/// minute are; a share of something (%), an air flow (CFM), apparent power (VA), energy and
/// anything per or times another unit are other things, not other spellings of these.
std::optional<Unit> unit_of(const UnitBytes& bytes);

}  // namespace frugald::ipmi
