#pragma once

#include <string>

#include "daemon/core/clock.h"
#include "daemon/core/reading.h"

namespace frugald {

/// One number that was measured and believed: what the store keeps and sinks send on. As its
/// source gave it, not calibrated.
struct Sample {
    WallTime at{};
    DeviceKind kind{};
    std::string device{};
    Quantity quantity{};
    Part part{};
    std::string part_name{};
    /// How it was measured: "dcmi", "snmp:apc-rpdu2". With the word "suspect" behind it while it
    /// is contradicted: a series of its own. "sum": computed by frugald (telemetry/sums.h).
    std::string source{};
    double value = 0;
};

}  // namespace frugald
