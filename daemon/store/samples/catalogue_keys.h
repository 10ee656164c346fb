#pragma once

#include "daemon/store/samples/catalogue.h"

namespace frugald::samples {

// What the catalogue looks its ids up by; `key` is the memory to write into.

void stream_key(std::string& key, DeviceKind kind, std::string_view device,
                std::string_view source);
/// The name in `sensor` is not looked at.
void sensor_key(std::string& key, const SensorInfo& sensor, std::string_view part_name);
/// Also how a set is stored.
void set_key(std::string& key, const SensorSet& sensors);

}  // namespace frugald::samples
