#pragma once

#include <optional>
#include <string>
#include <vector>

namespace frugald::test {

/// What another program says about one sensor.
struct ToolReading {
    std::string name;
    std::optional<double> value;  // absent: it has none
    std::string unit;             // in the program's words
};

/// Whether the program is installed; says that the test is skipped when it is not.
bool tool_present(const std::string& program);

/// FreeIPMI's ipmi-sensors, all sensors in the order of their records.
std::vector<ToolReading> ipmi_sensors(const std::string& address, unsigned short port,
                                      unsigned suite, const std::string& workarounds = "");
/// The same by ipmitool.
std::vector<ToolReading> ipmitool_sensors(const std::string& address, unsigned short port,
                                          unsigned suite);

}  // namespace frugald::test
