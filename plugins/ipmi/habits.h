#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/units.h"
#include "plugins/ipmi/device_id.h"
#include "plugins/ipmi/workarounds.h"

namespace frugald::ipmi {

/// Names of sensors, as parts in lower case: "pwr consumption" fits "Pwr Consumption 1".
struct NameList {
    std::vector<std::string> wanted;
    std::vector<std::string> never;

    /// The whole name is one of `wanted`.
    bool names(const std::string& sensor) const;
    /// One of `wanted` is part of it.
    bool fits(const std::string& sensor) const;
    bool excludes(const std::string& sensor) const;
};

/// How one family of BMCs behaves, as data: config/profiles/bmc (docs/ipmi.md describes the file).
struct Habits {
    std::string name = "built-in";  // of the profile
    std::string summary;

    std::vector<std::uint32_t> manufacturer_ids;  // that `profile = "auto"` knows it by
    std::vector<std::uint16_t> product_ids;       // empty: all of the manufacturer's

    Workarounds workarounds;
    NameList node_power;                         // the watt sensor of the whole node
    NameList supply_input;                       // the watt sensors of the supplies' inputs
    std::vector<std::uint8_t> no_reading_bytes;  // raw sensor readings that mean "none"

    bool dcmi_power = true;                            // DCMI Get Power Reading is of use
    unsigned dcmi_retries = 0;                         // so often an empty answer is asked again
    std::vector<std::uint16_t> dcmi_no_reading_watts;  // DCMI powers that mean "none"

    bool dcmi_limit = true;            // DCMI's power limit works
    std::optional<Watts> least_limit;  // what the machine can be limited to, where known
    std::optional<Watts> most_limit;

    bool fits(const DeviceId& device) const;
};

}  // namespace frugald::ipmi
