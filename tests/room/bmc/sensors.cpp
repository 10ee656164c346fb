#include "tests/room/bmc/sensors.h"

#include <algorithm>
#include <cmath>

#include "tests/room/bmc/every_sensor.h"
#include "tests/room/bmc/sdr.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t temperature = 0x01, fan = 0x04, other_units = 0x0b;
constexpr std::uint8_t celsius = 1, watts = 6, rpm = 18;
constexpr std::uint8_t inlet = 0x40, processor = 0x41, board = 0x42;
constexpr std::uint8_t system_board = 7, power_supply = 10, cooling = 29;
constexpr std::uint8_t renumbering = 100;
constexpr int most_multiplier = 511;  // ten bits with a sign

/// The least whole multiplier with which a byte reaches half as much again as the machine draws.
int watt_multiplier(const PowerProfile& profile) {
    const double most = 1.5 * std::max(profile.full_watts, profile.boot_watts);
    return static_cast<int>(std::clamp(std::ceil(most / 255), 1.0, most_multiplier * 1.0));
}

std::vector<Sensor> design(int watt_factor) {
    using Q = Quantity;
    const Formula one{}, sixty{.multiplier = 60}, watt{.multiplier = watt_factor};
    return {
        {1, "Inlet Temp", Q::inlet, inlet, 1, temperature, celsius, one, 38, 42},
        {2, "Board Temp", Q::board, board, 1, temperature, celsius, one, 75, 85},
        {3, "CPU1 Temp", Q::processor, processor, 1, temperature, celsius, one, 90, 98},
        {4, "CPU2 Temp", Q::processor, processor, 2, temperature, celsius, one, 90, 98},
        {5, "FAN1", Q::fan, cooling, 1, fan, rpm, sixty, 250, 254},
        {6, "FAN2", Q::fan, cooling, 2, fan, rpm, sixty, 250, 254},
        {7, "FAN3", Q::fan, cooling, 3, fan, rpm, sixty, 250, 254},
        {8, "FAN4", Q::fan, cooling, 4, fan, rpm, sixty, 250, 254},
        {9, "PS1 Input Power", Q::supply_watts, power_supply, 1, other_units, watts, watt, 250,
         254},
        {10, "PS2 Input Power", Q::supply_watts, power_supply, 2, other_units, watts, watt, 250,
         254},
        {11, "Node Power", Q::node_watts, system_board, 1, other_units, watts, watt, 250, 254},
    };
}

}  // namespace

SensorTable::SensorTable(const PowerProfile& profile, const SensorPlan& plan)
    : profile_(profile), plan_(plan) {
    const int rescaling = plan.rescaled ? 10 : 1;
    sensors_ = design(std::min(rescaling * watt_multiplier(profile), most_multiplier));
    if (plan.every_kind)
        for (const Sensor& sensor : every_sensor()) sensors_.push_back(sensor);
    if (plan.renumbered) {
        std::reverse(sensors_.begin(), sensors_.end());
        for (Sensor& sensor : sensors_)
            sensor.number = static_cast<std::uint8_t>(sensor.number + renumbering);
    }
    for (const Sensor& sensor : sensors_) records_.push_back(full_record(sensor));
    records_.push_back(supply_status_record(supply_status()));
    records_.push_back(locator_record());
    if (plan.every_kind) {
        records_.push_back(shared_record());
        records_.push_back(oem_record());
    }
    for (std::size_t i = 0; i < records_.size(); ++i)
        records_[i][0] = static_cast<std::uint8_t>(i + 1);
}

std::uint8_t SensorTable::supply_status() const { return plan_.renumbered ? 20 + renumbering : 20; }
void SensorTable::add_node_manager() {
    records_.push_back(node_manager_record());
    records_.back()[0] = static_cast<std::uint8_t>(records_.size());
}

const Sensor* SensorTable::find(std::uint8_t number) const {
    const auto found = std::find_if(sensors_.begin(), sensors_.end(), [number](const Sensor& each) {
        return each.number == number && each.presence != Presence::not_there &&
               each.presence != Presence::elsewhere;
    });
    return found == sensors_.end() ? nullptr : &*found;
}

double SensorTable::value(const Sensor& sensor, const Vitals& vitals) const {
    const double span = std::max(1.0, profile_.full_watts - profile_.idle_watts);
    const double effort = std::clamp((vitals.watts - profile_.idle_watts) / span, 0.0, 1.2);
    switch (sensor.quantity) {
        case Quantity::inlet:
            return vitals.inlet_celsius;
        case Quantity::board:
            return vitals.inlet_celsius + (vitals.on ? 8 + 10 * effort : 1);
        case Quantity::processor:
            return vitals.inlet_celsius + 12 + 40 * effort + sensor.instance;
        case Quantity::fan:
            return 3000 + 7500 * effort + 60.0 * sensor.instance;
        case Quantity::supply_watts:
            return vitals.watts / 2;
        case Quantity::node_watts:
            return vitals.watts;
        case Quantity::constant:
            return sensor.constant;
    }
    return 0;
}

std::optional<std::uint8_t> SensorTable::raw(const Sensor& sensor, const Vitals& vitals) const {
    if (sensor.quantity == Quantity::constant) return sensor.constant;
    const bool needs_power =
        sensor.quantity == Quantity::processor || sensor.quantity == Quantity::fan;
    if (needs_power && !vitals.on) return std::nullopt;
    const double steps = std::round(value(sensor, vitals) / sensor.formula.multiplier);
    return static_cast<std::uint8_t>(std::clamp(steps, 0.0, 255.0));
}

std::vector<std::uint16_t> SensorTable::record_ids(std::uint8_t entity) const {
    // DCMI 1.5 table 6-22: clients may ask by its own entity numbers or by IPMI's
    const std::uint8_t ours = entity == 0x37 ? inlet : entity == 3 ? processor : entity;
    std::vector<std::uint16_t> ids;
    for (std::size_t i = 0; i < sensors_.size(); ++i)
        if (sensors_[i].type == temperature &&
            (sensors_[i].entity == ours || (entity == 7 && sensors_[i].entity == board)))
            ids.push_back(static_cast<std::uint16_t>(i + 1));
    return ids;
}

}  // namespace frugald::room
