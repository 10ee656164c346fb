#include "plugins/ipmi/units.h"

#include <freeipmi/freeipmi.h>

namespace frugald::ipmi {

std::optional<Unit> unit_of(const UnitBytes& bytes) {
    if (bytes.percentage) return std::nullopt;
    // Without a modifier the modifier unit says nothing: some BMCs leave rubbish there.
    if (bytes.modifier != IPMI_SDR_MODIFIER_UNIT_NONE) return std::nullopt;
    const bool per_minute = bytes.rate == IPMI_SENSOR_RATE_UNIT_PER_MINUTE;
    if (bytes.base == IPMI_SENSOR_UNIT_REVOLUTIONS && per_minute)
        return Unit{Quantity::fan_speed_rpm};
    if (bytes.rate != IPMI_SENSOR_RATE_UNIT_NONE) return std::nullopt;
    switch (bytes.base) {
        case IPMI_SENSOR_UNIT_DEGREES_C:
            return Unit{Quantity::temperature_celsius};
        case IPMI_SENSOR_UNIT_DEGREES_F:
            return Unit{Quantity::temperature_celsius, 5.0 / 9.0, -32.0 * 5.0 / 9.0};
        case IPMI_SENSOR_UNIT_DEGREES_K:
            return Unit{Quantity::temperature_celsius, 1, -273.15};
        case IPMI_SENSOR_UNIT_VOLTS:
            return Unit{Quantity::voltage_volts};
        case IPMI_SENSOR_UNIT_AMPS:
            return Unit{Quantity::current_amperes};
        case IPMI_SENSOR_UNIT_WATTS:
            return Unit{Quantity::power_watts};
        case IPMI_SENSOR_UNIT_RPM:
            return Unit{Quantity::fan_speed_rpm};
        default:
            return std::nullopt;
    }
}

}  // namespace frugald::ipmi
