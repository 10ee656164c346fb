#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "daemon/core/reading.h"

namespace frugald::snmp {

struct Unit {
    std::string_view name;
    double factor = 1;  // to the base unit
};

/// A key of a table, its quantity and the units that the quantity may come in; the first is meant
/// where a profile says none.
struct ColumnKind {
    std::string_view key;
    Quantity quantity{};
    std::array<Unit, 4> units;
};

inline constexpr std::array column_kinds{
    ColumnKind{"power", Quantity::power_watts, {{{"W", 1}, {"kW", 1e3}, {"mW", 1e-3}, {}}}},
    ColumnKind{"current", Quantity::current_amperes, {{{"A", 1}, {"mA", 1e-3}, {"cA", 1e-2}, {}}}},
    ColumnKind{"voltage", Quantity::voltage_volts, {{{"V", 1}, {"mV", 1e-3}, {"kV", 1e3}, {}}}},
    ColumnKind{"energy",
               Quantity::energy_joules,
               {{{"Wh", 3.6e3}, {"kWh", 3.6e6}, {"J", 1}, {"MWh", 3.6e9}}}},
    ColumnKind{"rating", Quantity::rating_amperes, {{{"A", 1}, {"mA", 1e-3}, {"cA", 1e-2}, {}}}},
};

/// The factor of a unit's name; absent for a unit of something else.
std::optional<double> unit_factor(Quantity quantity, std::string_view unit);

/// The number at the start of a text and the unit behind it: "32A", "2.3 kW (max)". Absent without
/// a number at the start, or with another unit behind it; no unit is the base unit.
std::optional<double> number_with_unit(Quantity quantity, std::string_view text);

}  // namespace frugald::snmp
