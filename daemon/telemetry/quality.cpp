#include "daemon/telemetry/quality.h"

#include <cmath>

namespace frugald {

namespace {

struct Range {
    double least;
    double most;
};

/// Three-phase outlets end at 63 A and 415 V; the largest servers of 2025 draw 15 kW.
double most_watts(DeviceKind kind, Part part) {
    if (part == Part::outlet) return 50e3;
    return kind == DeviceKind::node ? 30e3 : 20e6;
}

Range possible(Quantity quantity, DeviceKind kind, Part part) {
    switch (quantity) {
        case Quantity::power_watts:
        case Quantity::cap_watts:
            return {0, most_watts(kind, part)};
        case Quantity::current_amperes:
        case Quantity::rating_amperes:
            return {0, 10e3};
        case Quantity::voltage_volts:
            // A board has rails of -12 V.
            return kind == DeviceKind::node ? Range{-500, 1e3} : Range{0, 50e3};
        case Quantity::energy_joules:
            return {0, 1e18};
        case Quantity::temperature_celsius:
            return {-40, 150};
        case Quantity::fan_speed_rpm:
            return {0, 60e3};
        case Quantity::power_factor:
            return {-1, 1};
        case Quantity::coverage_ratio:
            return {0, 1};
    }
    return {0, 0};
}

}  // namespace

std::optional<std::string_view> reject_reason(const Reading& reading, DeviceKind kind,
                                              Chassis chassis) {
    if (!reading.refused.empty()) return reading.refused;
    const double value = reading.value;
    if (!std::isfinite(value)) return "not_a_number";
    const bool power = reading.quantity == Quantity::power_watts;
    const bool small = kind == DeviceKind::node || reading.part == Part::outlet;
    if (power && small && value >= 65535) return "sentinel";
    // A building that feeds solar power back shows negative watts; nothing else does.
    if (power && kind == DeviceKind::meter) return std::nullopt;
    const auto [least, most] = possible(reading.quantity, kind, reading.part);
    if (value < least && least == 0) return "negative";
    if (value < least || value > most) return "absurd";
    const bool whole_node = kind == DeviceKind::node && reading.part == Part::total;
    if (power && whole_node && value == 0 && chassis == Chassis::on) return "zero_while_on";
    return std::nullopt;
}

}  // namespace frugald
