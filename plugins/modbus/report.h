#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/units.h"
#include "plugins/modbus/decode.h"

namespace frugald::modbus {

/// What one poll of one meter brought.
struct Report {
    std::string device;
    std::string source;  // "modbus:schneider"
    WallTime at{};
    Seconds took{0};
    std::vector<NamedReading> readings;
    /// Another number: the meter is read in another way, and its counters may not go on.
    std::uint64_t scale = 0;
    std::optional<Error> failure;
};

}  // namespace frugald::modbus
