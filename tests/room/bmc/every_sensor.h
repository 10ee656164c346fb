#pragma once

#include <vector>

#include "tests/room/bmc/sensors.h"

namespace frugald::room {

/// A sensor of every kind that a full record can describe, each with a constant raw reading:
/// what a client makes of it can be compared with other clients' and with the arithmetic of
/// IPMI 2.0, 36.3.
std::vector<Sensor> every_sensor();

}  // namespace frugald::room
