#include "plugins/ipmi/sensor.h"

#include <freeipmi/freeipmi.h>

#include <cmath>

namespace frugald::ipmi {

std::optional<double> Sensor::value(std::uint8_t raw) const {
    if (needs_factors()) return std::nullopt;
    return decode(raw, factors, linearization);
}

std::optional<double> Sensor::value(std::uint8_t raw, const Factors& of_this_reading) const {
    return decode(raw, of_this_reading, IPMI_SDR_LINEARIZATION_LINEAR);
}

std::optional<double> Sensor::decode(std::uint8_t raw, const Factors& by,
                                     std::uint8_t linearization_code) const {
    // "cube-1(x)" is the inverse of the cube; FreeIPMI 1.6 makes it 1/x^3.
    const bool cube_root = linearization_code == IPMI_SDR_LINEARIZATION_CUBERT;
    if (cube_root) linearization_code = IPMI_SDR_LINEARIZATION_LINEAR;
    double result = 0;
    if (ipmi_sensor_decode_value(by.r_exponent, by.b_exponent, by.m, by.b, linearization_code,
                                 analog_format, raw, &result) < 0)
        return std::nullopt;
    if (cube_root) result = std::cbrt(result);
    result = result * unit.scale + unit.offset;
    return std::isfinite(result) ? std::optional(result) : std::nullopt;
}

}  // namespace frugald::ipmi
