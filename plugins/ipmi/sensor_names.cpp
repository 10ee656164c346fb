#include "plugins/ipmi/sensor_names.h"

#include <fmt/format.h>
#include <freeipmi/freeipmi.h>

#include <map>
#include <utility>

namespace frugald::ipmi {
namespace {

std::string entity_of(const Sensor& sensor) {
    constexpr unsigned device_relative = 0x60;  // instances from here count within a device
    const unsigned instance =
        sensor.instance >= device_relative ? sensor.instance - device_relative : sensor.instance;
    if (IPMI_ENTITY_ID_VALID(sensor.entity))
        return fmt::format("{} {}", ipmi_entity_ids_pretty[sensor.entity], instance);
    return fmt::format("entity {}.{}", sensor.entity, instance);
}

}  // namespace

void tell_apart(std::vector<Sensor>& sensors) {
    using Called = std::pair<Quantity, std::string>;
    std::map<Called, int> so_called;
    for (const Sensor& sensor : sensors) ++so_called[{sensor.quantity, sensor.name}];
    std::map<Called, int> seen;
    for (Sensor& sensor : sensors) {
        if (so_called[{sensor.quantity, sensor.name}] > 1)
            sensor.name += fmt::format(" ({})", entity_of(sensor));
        if (const int nth = ++seen[{sensor.quantity, sensor.name}]; nth > 1)
            sensor.name += fmt::format(" {}", nth);
    }
}

}  // namespace frugald::ipmi
