#include "tests/room/bmc/every_sensor.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t temperature = 1, voltage = 2, current = 3, fan = 4, other = 0x0b;
constexpr std::uint8_t celsius = 1, fahrenheit = 2, kelvin = 3, volts = 4, amperes = 5, watts = 6,
                       volt_amperes = 9, cfm = 17, rpm = 18, hour = 24, revolutions = 41;
constexpr std::uint8_t processor = 3, system_board = 7, power_supply = 10, cooling = 29;
constexpr std::uint8_t percentage = 0x01, per_modifier = 0x02, per_minute = 4 << 3;
constexpr std::uint8_t sensor_specific = 0x6f;
constexpr std::uint8_t ones = 1, twos = 2;
constexpr std::uint8_t non_linear = 0x70;

struct Place {
    std::uint8_t entity = system_board;
    std::uint8_t instance = 1;
};

Sensor constant(std::uint8_t number, std::string_view name, std::uint8_t type, std::uint8_t unit,
                std::uint8_t raw, const Formula& formula = {}, Place place = {}) {
    Sensor sensor;
    sensor.number = number;
    sensor.name = name;
    sensor.quantity = Quantity::constant;
    sensor.entity = place.entity;
    sensor.instance = place.instance;
    sensor.type = type;
    sensor.unit = unit;
    sensor.formula = formula;
    sensor.warning = 250;
    sensor.critical = 254;
    sensor.constant = raw;
    return sensor;
}

Sensor with_unit(Sensor sensor, std::uint8_t flags, std::uint8_t modifier_unit = 0) {
    sensor.unit_flags = flags;
    sensor.modifier_unit = modifier_unit;
    return sensor;
}

Sensor with_presence(Sensor sensor, Presence presence) {
    sensor.presence = presence;
    return sensor;
}

Sensor discrete(Sensor sensor) {
    sensor.event_type = sensor_specific;
    return sensor;
}

void add_units(std::vector<Sensor>& all) {
    all.push_back(constant(30, "P12V", voltage, volts, 201, {.multiplier = 6, .r_exponent = -2}));
    all.push_back(constant(31, "P3V3 AUX", voltage, volts, 200,
                           {.multiplier = 16, .offset = 5, .b_exponent = 1, .r_exponent = -3}));
    all.push_back(constant(32, "N12V", voltage, volts, 0x87, {.r_exponent = -1, .format = twos}));
    all.push_back(constant(33, "PS1 Current", current, amperes, 90,
                           {.multiplier = 4, .r_exponent = -2}, {power_supply, 1}));
    all.push_back(
        constant(34, "PS1 Voltage", voltage, volts, 115, {.multiplier = 2}, {power_supply, 1}));
    all.push_back(constant(35, "Cold Aisle", temperature, celsius, 0xf9, {.format = twos}));
    all.push_back(constant(36, "Cold Aisle 2", temperature, celsius, 0xf8, {.format = ones}));
    all.push_back(constant(37, "Ambient", temperature, fahrenheit, 72));
    all.push_back(constant(38, "Coolant", temperature, kelvin, 95, {.offset = 200}));
    all.push_back(with_unit(constant(39, "Fan Duty", fan, 0, 60), percentage));
    all.push_back(constant(40, "Airflow", other, cfm, 30));
    all.push_back(with_unit(
        constant(41, "Pump", fan, revolutions, 42, {.multiplier = 100}, {cooling, 9}), per_minute));
    all.push_back(
        constant(61, "PS1 VA", other, volt_amperes, 80, {.multiplier = 4}, {power_supply, 1}));
    all.push_back(with_unit(constant(62, "Drift", other, watts, 5), per_modifier, hour));
    all.push_back(constant(64, "Inverted", temperature, celsius, 10,
                           {.multiplier = -2, .offset = 10, .b_exponent = 1}));
    all.push_back(
        constant(65, "Big Fan", fan, rpm, 12, {.multiplier = 5, .r_exponent = 2}, {cooling, 10}));
}

void add_linearizations(std::vector<Sensor>& all) {
    const auto add = [&all](std::uint8_t number, std::string_view name, std::uint8_t raw,
                            int r_exponent = 0) {
        Formula formula{.r_exponent = r_exponent};
        formula.linearization = static_cast<std::uint8_t>(number - 41);
        all.push_back(constant(number, name, voltage, volts, raw, formula));
    };
    add(42, "Lin ln", 100);
    add(43, "Lin log10", 100);
    add(44, "Lin log2", 100);
    add(45, "Lin e", 12, -1);
    add(46, "Lin exp10", 12, -1);
    add(47, "Lin exp2", 35, -1);
    add(48, "Lin 1/x", 4);
    add(49, "Lin sqr", 12);
    add(50, "Lin cube", 5);
    add(51, "Lin sqrt", 144);
    add(52, "Lin cubert", 27);
    Formula own{.multiplier = 1};
    own.linearization = non_linear;
    all.push_back(constant(53, "Leak Curve", current, amperes, 150, own));
}

void add_absences(std::vector<Sensor>& all) {
    all.push_back(discrete(constant(54, "Power Meter", other, watts, 75, {.multiplier = 4})));
    all.push_back(
        with_presence(constant(55, "GPU Temp", temperature, celsius, 40), Presence::not_scanned));
    all.push_back(
        with_presence(constant(56, "DIMM Temp", temperature, celsius, 41), Presence::unavailable));
    all.push_back(
        with_presence(constant(57, "PCH Temp", temperature, celsius, 42), Presence::elsewhere));
    all.push_back(
        with_presence(constant(58, "Ghost Temp", temperature, celsius, 43), Presence::not_there));
    all.push_back(constant(59, "Temp", temperature, celsius, 51, {}, {processor, 1}));
    all.push_back(constant(60, "Temp", temperature, celsius, 52, {}, {processor, 2}));
    all.push_back(constant(63, "CPU Power", other, watts, 110, {.multiplier = 1}, {processor, 1}));
}

}  // namespace

std::vector<Sensor> every_sensor() {
    std::vector<Sensor> all;
    add_units(all);
    add_linearizations(all);
    add_absences(all);
    return all;
}

}  // namespace frugald::room
