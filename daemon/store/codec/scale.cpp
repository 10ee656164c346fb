#include "daemon/store/codec/scale.h"

#include <cmath>

namespace frugald::codec {

namespace {

/// 10^exponent, exact in a double up to 10^22.
double power_of_ten(int exponent) {
    double power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

}  // namespace

std::optional<std::int64_t> Scale::quantise(double value) const {
    // Dividing by 10 is exact to the last bit where multiplying by 0.1 is not.
    const double units =
        scale_e10 < 0 ? value * power_of_ten(-scale_e10) : value / power_of_ten(scale_e10);
    const double raw = std::round(units / mult);
    constexpr double limit = 9223372036854775808.0;  // 2^63
    if (!(raw >= -limit && raw < limit)) return std::nullopt;
    return static_cast<std::int64_t>(raw);
}

double Scale::value_of(std::int64_t raw) const {
    const double units = static_cast<double>(raw) * mult;
    return scale_e10 < 0 ? units / power_of_ten(-scale_e10) : units * power_of_ten(scale_e10);
}

Scale default_scale(Quantity quantity) {
    switch (quantity) {
        // BMCs and PDUs send 1 W, some 0.1 W; RAPL counts microjoules, of which less than 0.1 W is
        // noise that would cost 0.4 bytes a sample for every further digit.
        case Quantity::power_watts:
        case Quantity::cap_watts:
            return {.scale_e10 = -1};
        // IPMI sends 1 C or 0.5 C, ACPI and hwmon 0.1 C at best that means something.
        case Quantity::temperature_celsius:
            return {.scale_e10 = -1};
        // PDUs send 0.1 A or 0.01 A, PSU sensors 1/8 A: all are whole milliamperes.
        case Quantity::current_amperes:
        case Quantity::rating_amperes:
            return {.scale_e10 = -3};
        // PDUs send 1 V or 0.1 V, rails of a board come in steps of some millivolts.
        case Quantity::voltage_volts:
            return {.scale_e10 = -3};
        // Counters in Wh and kWh are whole joules too (3600 J); below 1 J nobody meters a node.
        case Quantity::energy_joules:
            return {.scale_e10 = 0};
        case Quantity::fan_speed_rpm:  // tachometers count whole turns, BMCs in steps of 60 to 150
            return {.scale_e10 = 0};
        case Quantity::power_factor:  // meters send hundredths or thousandths
        case Quantity::coverage_ratio:
            return {.scale_e10 = -3};
    }
    return {};
}

}  // namespace frugald::codec
