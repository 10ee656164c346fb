#pragma once

#include <cstdint>
#include <vector>

namespace frugald::room {

struct Sensor;

/// Sensor data records as stored (IPMI 2.0, chapter 43), record id 0: the repository numbers them.
std::vector<std::uint8_t> full_record(const Sensor& sensor);                 // 43.1
std::vector<std::uint8_t> supply_status_record(std::uint8_t sensor_number);  // 43.2, discrete
std::vector<std::uint8_t> shared_record();   // 43.2, thresholds without a reading, for two sensors
std::vector<std::uint8_t> locator_record();  // 43.9
std::vector<std::uint8_t> oem_record();      // 43.12
std::vector<std::uint8_t> locator_record();  // 43.9
std::vector<std::uint8_t> node_manager_record();  // 43.12, Intel's

}  // namespace frugald::room
