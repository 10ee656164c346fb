#pragma once

#include <optional>

#include "plugins/ipmi/message.h"
#include "plugins/ipmi/sensor.h"

namespace frugald::ipmi {

/// Get Sensor Reading Factors (IPMI 2.0, 35.5): those for this raw reading of a sensor that
/// `needs_factors`.
Request get_sensor_reading_factors(const Sensor& sensor, std::uint8_t raw);

/// Absent: not that command's answer.
std::optional<Factors> parse_sensor_reading_factors(const Answer& answer);

}  // namespace frugald::ipmi
