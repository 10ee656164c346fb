#include "tests/room/bmc/sdr.h"

#include <string_view>

#include "tests/room/bmc/policies.h"
#include "tests/room/bmc/sensors.h"

namespace frugald::room {

namespace {

using Record = std::vector<std::uint8_t>;

void add(Record& record, std::initializer_list<unsigned> bytes) {
    for (const unsigned byte : bytes) record.push_back(static_cast<std::uint8_t>(byte));
}

/// Header and, at the end, the id string (8-bit ASCII) and the length.
Record begin(unsigned type) { return {0, 0, 0x51, static_cast<std::uint8_t>(type), 0}; }
void finish(Record& record, std::string_view name) {
    add(record, {0xc0U | static_cast<unsigned>(name.size())});
    record.insert(record.end(), name.begin(), name.end());
    record[4] = static_cast<std::uint8_t>(record.size() - 5);
}

constexpr unsigned bmc_address = 0x20, engine_address = 0x2c;

/// Low byte, then the two high bits above a tolerance or accuracy of 0.
void add_ten_bits(Record& record, int value) {
    const auto bits = static_cast<unsigned>(value) & 0x3ffU;
    add(record, {bits & 0xffU, (bits >> 8) << 6});
}

/// R exponent in the high four bits, B exponent in the low ones.
unsigned exponents(const Formula& formula) {
    return (static_cast<unsigned>(formula.r_exponent) & 0x0fU) << 4 |
           (static_cast<unsigned>(formula.b_exponent) & 0x0fU);
}

}  // namespace

Record full_record(const Sensor& sensor) {
    const Formula& formula = sensor.formula;
    Record record = begin(0x01);
    add(record, {sensor.presence == Presence::elsewhere ? engine_address : bmc_address, 0});
    add(record, {sensor.number, sensor.entity, sensor.instance});
    // initialised, scanning; auto re-arm, readable thresholds, no events
    add(record, {0x7f, 0x47, sensor.type, sensor.event_type});
    // upper thresholds: non-critical and critical assert, compare and are readable
    add(record, {0x80, 0x02, 0x80, 0x32, 0x18, 0x00});
    add(record, {unsigned{sensor.unit_flags} | unsigned{formula.format} << 6, sensor.unit,
                 sensor.modifier_unit, formula.linearization});
    add_ten_bits(record, formula.multiplier);
    add_ten_bits(record, formula.offset);
    add(record, {0x01});  // an input
    add(record, {exponents(formula)});
    add(record, {0x00, 0, 0, 0, 0xff, 0});  // no nominal values; range 0 to 255
    add(record, {0, sensor.critical, sensor.warning, 0, 0, 0});
    add(record, {1, 1, 0, 0, 0});  // hysteresis, reserved, OEM
    finish(record, sensor.name);
    return record;
}

Record supply_status_record(std::uint8_t sensor_number) {
    Record record = begin(0x02);
    add(record, {bmc_address, 0, sensor_number, 10, 1});
    add(record, {0x67, 0x40, 0x08, 0x6f});  // power supply, sensor-specific states
    add(record, {0x03, 0x00, 0x03, 0x00, 0x03, 0x00});
    add(record, {0xc0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0});
    finish(record, "PS1 Status");
    return record;
}

Record shared_record() {
    constexpr unsigned sensor_number = 200, shared_by = 2, instance_increments = 0x80;
    Record record = begin(0x02);
    add(record, {bmc_address, 0, sensor_number, 29, 1});
    add(record, {0x67, 0x40, 0x04, 0x01});
    add(record, {0, 0, 0, 0, 0, 0});
    add(record, {0, 18, 0, shared_by, instance_increments, 0, 0, 0, 0, 0, 0});
    finish(record, "Spare Fan");
    return record;
}

Record oem_record() {
    Record record = begin(0xc0);
    add(record, {0x57, 0x01, 0x00, 0x0d, 0x01, engine_address, 0x00, 0x17, 0x18, 0x19, 0x1a});
    record[4] = static_cast<std::uint8_t>(record.size() - 5);
    return record;
}

Record locator_record() {
    Record record = begin(0x12);
    add(record, {bmc_address, 0, 0, 0x83, 0, 0, 0, 7, 1, 0});
    finish(record, "BMC");
    return record;
}

Record node_manager_record() {
    Record record = begin(0xc0);
    add(record, {0x57, 0x01, 0x00, 0x0d, 0x01});  // Intel; Node Manager discovery, version 1
    add(record, {node_manager_address, node_manager_channel << 4});
    add(record, {0x17, 0x18, 0x19, 0x1a});  // event sensors: health, exception, capabilities, alert
    record[4] = static_cast<std::uint8_t>(record.size() - 5);
    return record;
}

}  // namespace frugald::room
