#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/room/bytes.h"
#include "tests/room/power_model.h"

namespace frugald::room {

/// What the sensors of one machine see at one instant.
struct Vitals {
    bool on = false;
    double watts = 0;
    double inlet_celsius = 22;
};

enum class Quantity { inlet, board, processor, fan, supply_watts, node_watts };

/// One threshold sensor: value = raw * multiplier, raw 0 to 255.
struct Sensor {
    std::uint8_t number = 0;
    std::string_view name;
    Quantity quantity{};
    std::uint8_t entity = 0;  // IPMI 2.0 table 43-13; 40h to 42h are DCMI's
    std::uint8_t instance = 0;
    std::uint8_t type = 0;  // table 42-3
    std::uint8_t unit = 0;  // table 43-15
    unsigned multiplier = 1;
    std::uint8_t warning = 0;  // upper non-critical, raw
    std::uint8_t critical = 0;
};

/// The sensors and the SDR repository of a kind of machine; shared by all of that kind.
class SensorTable {
public:
    explicit SensorTable(const PowerProfile& profile);
    /// The record by which clients find the Node Manager behind the BMC.
    void add_node_manager();

    const std::vector<Sensor>& sensors() const { return sensors_; }
    /// Also the discrete sensor, which has no entry in `sensors`.
    static constexpr std::uint8_t supply_status = 20;
    const Sensor* find(std::uint8_t number) const;

    /// Raw value, or nothing: a machine that is off has no processor temperature and no fans.
    std::optional<std::uint8_t> raw(const Sensor& sensor, const Vitals& vitals) const;

    /// SDR records in repository order; the record id of the first is 1.
    const std::vector<std::vector<std::uint8_t>>& records() const { return records_; }
    std::vector<std::uint16_t> record_ids(std::uint8_t entity) const;

private:
    double value(const Sensor& sensor, const Vitals& vitals) const;

    PowerProfile profile_;
    std::vector<Sensor> sensors_;
    std::vector<std::vector<std::uint8_t>> records_;
};

}  // namespace frugald::room
