#pragma once

#include <vector>

#include "plugins/ipmi/sensor.h"

namespace frugald::ipmi {

/// Two processors may both have a "Temp": they become "Temp (Processor 1)" and "Temp (Processor
/// 2)", whatever their numbers and the order of their records. Only where the entity is the same
/// too, the order decides: "Temp (Processor 1)", "Temp (Processor 1) 2".
void tell_apart(std::vector<Sensor>& sensors);

}  // namespace frugald::ipmi
