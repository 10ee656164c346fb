#include "plugins/snmp/column_reader.h"

#include <fmt/format.h>

#include <array>

namespace frugald::snmp {

namespace {

struct Unit {
    std::string_view name;
    double factor;  // to the base unit
};

struct ColumnKind {
    std::string_view key;
    Quantity quantity;
    std::array<Unit, 3> units;
};

constexpr std::array kinds{
    ColumnKind{"power", Quantity::power_watts, {{{"W", 1}, {"kW", 1e3}, {"mW", 1e-3}}}},
    ColumnKind{"current", Quantity::current_amperes, {{{"A", 1}, {"mA", 1e-3}, {"cA", 1e-2}}}},
    ColumnKind{"voltage", Quantity::voltage_volts, {{{"V", 1}, {"mV", 1e-3}, {"kV", 1e3}}}},
    ColumnKind{"energy", Quantity::energy_joules, {{{"Wh", 3.6e3}, {"kWh", 3.6e6}, {"J", 1}}}},
};

double read_unit(SettingsReader& reader, const ColumnKind& kind) {
    std::vector<std::string_view> allowed;
    for (const auto& unit : kind.units) allowed.push_back(unit.name);
    const auto name = reader.choice("unit", kind.units.front().name, allowed);
    for (const auto& unit : kind.units)
        if (unit.name == name) return unit.factor;
    return 1;
}

Column read_column(SettingsReader& reader, const ColumnKind& kind, const Oid& base) {
    Column column;
    column.quantity = kind.quantity;
    column.oid = read_oid(reader, "oid", base);
    if (reader.has("suffix")) column.suffix = read_oid(reader, "suffix", {});
    column.factor = reader.number("factor", 1, {.least = 1e-9, .most = 1e9});
    column.factor *= read_unit(reader, kind);
    if (reader.has("digits")) column.digits = read_oid(reader, "digits", base);
    column.absent = reader.integers("absent", {}, {.least = -9e15, .most = 9e15});
    return column;
}

}  // namespace

Oid read_oid(SettingsReader& reader, std::string_view key, const Oid& base) {
    const auto text = reader.required_text(key);
    if (text.empty()) return {};
    const auto oid = parse_oid(text);
    if (!oid) {
        reader.mistake(key, fmt::format("'{}' is not an OID: numbers and dots", text));
        return {};
    }
    return text.starts_with('.') ? *oid : join(base, *oid);
}

std::vector<Column> read_columns(SettingsReader& table, const Oid& base) {
    std::vector<Column> columns;
    for (const auto& kind : kinds) {
        if (!table.has(kind.key)) continue;
        SettingsReader reader{table.table(kind.key)};
        columns.push_back(read_column(reader, kind, base));
        table.adopt(reader.finish());
    }
    if (columns.empty())
        table.mistake("part", "this table measures nothing: power, current, voltage or energy");
    return columns;
}

}  // namespace frugald::snmp
