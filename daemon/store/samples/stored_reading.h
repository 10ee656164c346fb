#pragma once

#include <string>

#include "daemon/core/clock.h"
#include "daemon/core/reading.h"

namespace frugald {

struct StoredReading {
    WallTime at{};
    DeviceKind kind{};
    std::string device{};
    Quantity quantity{};
    Part part{};
    std::string part_name{};
    std::string source{};
    double value = 0;
};

}  // namespace frugald
