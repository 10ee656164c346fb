#include "plugins/ipmi/node_power.h"

#include <freeipmi/freeipmi.h>

#include <algorithm>

namespace frugald::ipmi {
namespace {

bool is_whole_node(std::uint8_t entity) {
    switch (entity) {
        case IPMI_ENTITY_ID_SYSTEM_BOARD:
        case IPMI_ENTITY_ID_POWER_UNIT_POWER_DOMAIN:
        case IPMI_ENTITY_ID_POWER_MANAGEMENT_POWER_DISTRIBUTION_BOARD:
        case IPMI_ENTITY_ID_SYSTEM_CHASSIS:
        case IPMI_ENTITY_ID_BASEBOARD_MAIN_SYSTEM_BOARD:
            return true;
        default:
            return false;
    }
}

// How much a sensor looks like the one of the whole node; 0: it does not.
int score(const Sensor& sensor, const NameList& names) {
    if (sensor.quantity != Quantity::power_watts || sensor.part == Part::psu) return 0;
    if (names.names(sensor.name)) return 3;
    if (!is_whole_node(sensor.entity) || names.excludes(sensor.name)) return 0;
    return names.fits(sensor.name) ? 2 : 1;
}

std::vector<std::size_t> supplies(const std::vector<Sensor>& sensors, const NameList& names) {
    std::vector<std::size_t> named, others;
    for (std::size_t i = 0; i < sensors.size(); ++i) {
        const Sensor& sensor = sensors[i];
        if (sensor.quantity != Quantity::power_watts || sensor.part != Part::psu) continue;
        if (names.excludes(sensor.name)) continue;
        (names.fits(sensor.name) ? named : others).push_back(i);
    }
    return named.empty() ? others : named;
}

}  // namespace

std::vector<std::size_t> find_node_power(const std::vector<Sensor>& sensors, const Habits& habits) {
    std::vector<std::size_t> found;
    int best = 0;
    for (std::size_t i = 0; i < sensors.size(); ++i)
        if (const int fits = score(sensors[i], habits.node_power); fits > best) {
            best = fits;
            found = {i};
        }
    return found.empty() ? supplies(sensors, habits.supply_input) : found;
}

}  // namespace frugald::ipmi
