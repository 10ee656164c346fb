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

enum class Quantity { inlet, board, processor, fan, supply_watts, node_watts, constant };

/// Whether a sensor has a reading, and whose it is.
enum class Presence {
    works,
    unavailable,  // "reading unavailable"
    not_scanned,  // "scanning disabled"
    not_there,    // in the repository, but the BMC does not know its number
    elsewhere,    // owned by another controller than the BMC
};

/// How a raw reading becomes a number: (multiplier * raw + offset * 10^b_exponent) *
/// 10^r_exponent, then the linearisation.
struct Formula {
    int multiplier = 1;
    int offset = 0;
    int b_exponent = 0;
    int r_exponent = 0;
    std::uint8_t format = 0;         // 0 unsigned, 1 and 2: 1's and 2's complement
    std::uint8_t linearization = 0;  // IPMI 2.0 table 43-1, byte 24; 70h: factors per reading
};

/// One sensor with a full record.
struct Sensor {
    std::uint8_t number = 0;
    std::string_view name;
    Quantity quantity{};
    std::uint8_t entity = 0;  // IPMI 2.0 table 43-13; 40h to 42h are DCMI's
    std::uint8_t instance = 0;
    std::uint8_t type = 0;  // table 42-3
    std::uint8_t unit = 0;  // table 43-15
    Formula formula;
    std::uint8_t warning = 0;  // upper non-critical, raw
    std::uint8_t critical = 0;
    std::uint8_t constant = 0;       // raw; of Quantity::constant
    std::uint8_t unit_flags = 0;     // rate, modifier and percentage, as in byte 21
    std::uint8_t modifier_unit = 0;  // byte 23
    std::uint8_t event_type = 1;     // threshold; another is discrete
    Presence presence = Presence::works;
};

/// Which sensors a machine has, and what a firmware update may have done to them.
struct SensorPlan {
    bool every_kind = false;  // beside the usual 13 records, a sensor of every kind there is
    bool renumbered = false;  // all numbers are others, and the records in another order
    bool rescaled = false;    // watts have a factor ten times as large
};

/// The sensors and the SDR repository of a kind of machine; shared by all of that kind.
class SensorTable {
public:
    SensorTable(const PowerProfile& profile, const SensorPlan& plan);
    /// The record by which clients find the Node Manager behind the BMC.
    void add_node_manager();

    const std::vector<Sensor>& sensors() const { return sensors_; }
    /// The discrete sensor, which has no entry in `sensors`.
    std::uint8_t supply_status() const;
    const Sensor* find(std::uint8_t number) const;

    /// Raw value, or nothing: a machine that is off has no processor temperature and no fans.
    std::optional<std::uint8_t> raw(const Sensor& sensor, const Vitals& vitals) const;

    /// SDR records in repository order; the record id of the first is 1.
    const std::vector<std::vector<std::uint8_t>>& records() const { return records_; }
    std::vector<std::uint16_t> record_ids(std::uint8_t entity) const;

private:
    double value(const Sensor& sensor, const Vitals& vitals) const;

    PowerProfile profile_;
    SensorPlan plan_;
    std::vector<Sensor> sensors_;
    std::vector<std::vector<std::uint8_t>> records_;
};

}  // namespace frugald::room
