#pragma once

#include <cstddef>
#include <vector>

#include "plugins/ipmi/habits.h"
#include "plugins/ipmi/sensor.h"

namespace frugald::ipmi {

/// Indices of the sensors whose sum is the node's power: the one that measures the whole node,
/// else the power supplies' inputs; empty when there is neither.
std::vector<std::size_t> find_node_power(const std::vector<Sensor>& sensors, const Habits& habits);

}  // namespace frugald::ipmi
