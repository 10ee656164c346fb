#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/core/clock.h"
#include "daemon/core/result.h"
#include "daemon/core/units.h"

namespace frugald {

/// What a number means. The unit is part of the meaning and is always the base unit.
enum class Quantity {
    power_watts,  // active power; never VA
    current_amperes,
    voltage_volts,
    energy_joules,  // a counter that only grows, until its source resets it
    temperature_celsius,
    fan_speed_rpm,
    power_factor,    // 0..1
    cap_watts,       // active power limit
    rating_amperes,  // what a line, breaker or outlet may carry, as its device says
    coverage_ratio,  // 0..1: the part of what belongs to a sum that was measured
};
const char* to_string(Quantity quantity);

/// What the number belongs to inside its device.
enum class Part {
    total,   // the node, PDU or meter as a whole; `part_name` is empty
    line,    // a phase or line of a PDU or meter: "L1"
    branch,  // a bank or branch breaker of a PDU
    outlet,  // an outlet of a PDU: "12"
    psu,     // a power supply of a node
    sensor,  // any other sensor of a node: "CPU1 Temp"
};
const char* to_string(Part part);

struct Reading {
    Quantity quantity{};
    Part part = Part::total;
    std::string_view part_name{};  // valid during the call that hands the reading over
    double value = 0;
    /// Why the source itself does not believe the number, in one lower-case word for the label
    /// `reason`: "deactivated" (the BMC says that it does not measure), "timestamp" (measured
    /// before there were BMCs). Then it is counted and never used. Empty: it believes it.
    std::string_view refused{};
};

/// The last three are sums that frugald stores, not things that are polled.
enum class DeviceKind { node, pdu, meter, partition, level, cluster };
const char* to_string(DeviceKind kind);

enum class Chassis { unknown, off, on };
const char* to_string(Chassis chassis);

/// What one poll of one device brought. All views are valid during the call only.
struct Observation {
    DeviceKind kind = DeviceKind::node;
    std::string_view device{};           // node, PDU or meter name
    std::string_view source{};           // how: "dcmi", "sdr", "nm", "psu", "snmp:apc-rpdu2"
    WallTime at{};                       // when the answer came
    Seconds took{0};                     // from first request to answer
    Chassis chassis = Chassis::unknown;  // unknown: this poll did not ask or got no answer
    std::span<const Reading> readings{};
    /// Changes when the device may count otherwise from now on: other firmware, another SDR
    /// repository. Any number will do; 0 if the source does not know.
    std::uint64_t scale = 0;
    const Error* failure = nullptr;  // the poll failed; nothing above but device and `at` is set
};

}  // namespace frugald
