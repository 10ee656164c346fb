#pragma once

#include <filesystem>
#include <string>

#include "tests/plugins/redfish/server.h"

namespace frugald::test {

constexpr const char* system_path = "/redfish/v1/Systems/1";
constexpr const char* chassis_path = "/redfish/v1/Chassis/1";
constexpr const char* power_path = "/redfish/v1/Chassis/1/Power";
constexpr const char* environment_path = "/redfish/v1/Chassis/1/EnvironmentMetrics";
constexpr const char* control_path = "/redfish/v1/Chassis/1/Controls/NodePowerLimit";

/// Root, one system with all reset types, one chassis without power. UUID: all different digits.
Tree bare_tree();
/// With EnvironmentMetrics: 350 W, 12.5 kWh, a limit of 200 to 800 W that is not active.
Tree environment_tree();
/// With the old Power: `power_control` is the value of PowerControl.
Tree power_tree(const std::string& power_control);
/// As an HPE Cray EX blade: Power without PowerControl, a sensor of 436 W, a control of 300 to 900
/// W.
Tree blade_tree();

/// A folder of recordings: folder/path/index.json, or any *.json with an @odata.id. Collections
/// that were not recorded are made up from the paths.
Tree recorded_tree(const std::filesystem::path& folder);
/// ../shared/recordings/redfish beside the source; may be absent.
std::filesystem::path recordings();

}  // namespace frugald::test
