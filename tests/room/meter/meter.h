#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/room/faults.h"
#include "tests/room/node.h"

namespace frugald::room {

/// A three-phase building meter: what its nodes draw, and the cooling and losses that go with it.
struct Meter {
    std::string name;
    Faults faults;
    std::vector<Node*> nodes;
    double overhead = 1.25;  // factor
    double start_watt_hours = 0;
    double volts = 230;
    std::uint8_t unit = 1;

    double watts(TimePoint now) const;
    double watt_hours(TimePoint now) const;
    /// The holding registers, by address on the wire, as a Schneider iEM3000 has them: floats and
    /// a 64-bit counter, most significant word first.
    std::map<std::uint16_t, std::uint16_t> registers(TimePoint now) const;
};

}  // namespace frugald::room
