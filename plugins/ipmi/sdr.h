#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/ipmi/group.h"
#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

/// One numeric sensor as its sensor data record describes it (IPMI 2.0, 43.1).
struct Sensor {
    std::string name;
    std::uint8_t number = 0;
    std::uint8_t lun = 0;
    std::uint8_t entity = 0;   // entity id, IPMI 2.0 table 43-13
    Quantity quantity{};       // temperature_celsius, fan_speed_rpm or power_watts
    Part part = Part::sensor;  // psu for what belongs to a power supply
    std::int8_t r_exponent = 0;
    std::int8_t b_exponent = 0;
    std::int16_t m = 0;
    std::int16_t b = 0;
    std::uint8_t linearization = 0;
    std::uint8_t analog_format = 0;

    /// Absent: the formula has no result for this raw value.
    std::optional<double> value(std::uint8_t raw) const;
};

/// The sensors of one model of node that frugald reads.
struct SensorTable {
    std::vector<Sensor> sensors;
    /// Indices of the sensors whose sum is the node's power: the one that measures the whole
    /// node, else the power supplies' inputs; empty when there is neither.
    std::vector<std::size_t> node_power;
    std::optional<Target> node_manager;  // Intel's, behind the BMC
};

/// Raw records, as Get SDR gave them, back to back.
using Repository = std::string;

SensorTable parse_repository(const Repository& repository, const Workarounds& workarounds);

/// Nodes of one model have the same repository: its table is made once and shared.
class SensorTables {
public:
    std::shared_ptr<const SensorTable> table(const Repository& repository,
                                             const Workarounds& workarounds);

private:
    std::unordered_map<std::string, std::weak_ptr<const SensorTable>> tables_;
};

}  // namespace frugald::ipmi
