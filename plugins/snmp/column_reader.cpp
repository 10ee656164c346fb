#include "plugins/snmp/column_reader.h"

#include <fmt/format.h>

#include "plugins/snmp/units.h"

namespace frugald::snmp {

namespace {

constexpr std::string_view unit_in_text = "text";

double read_unit(SettingsReader& reader, const ColumnKind& kind, Column& column) {
    std::vector<std::string_view> allowed;
    for (const auto& unit : kind.units)
        if (!unit.name.empty()) allowed.push_back(unit.name);
    allowed.push_back(unit_in_text);
    const auto name = reader.choice("unit", kind.units.front().name, allowed);
    column.unit_in_text = name == unit_in_text;
    return unit_factor(kind.quantity, name).value_or(1);
}

std::optional<Scale> read_scale(SettingsReader& reader, const Oid& base) {
    constexpr std::array kinds{std::pair{"digits", Scale::Kind::digits},
                               std::pair{"signed_factor", Scale::Kind::signed_factor},
                               std::pair{"unit_from", Scale::Kind::unit}};
    std::optional<Scale> scale;
    for (const auto& [key, kind] : kinds) {
        if (!reader.has(key)) continue;
        if (scale) reader.mistake(key, "one of digits, signed_factor and unit_from is enough");
        scale = Scale{kind, read_oid(reader, key, base)};
    }
    return scale;
}

std::map<std::string, double> read_values(SettingsReader& reader) {
    std::map<std::string, double> values;
    if (!reader.has("values")) return values;
    SettingsReader table{reader.table("values")};
    for (const auto& entry : table.free_entries())
        values[entry.key] = table.number(entry.key, 0, {.least = -1e12, .most = 1e12});
    reader.adopt(table.finish());
    if (values.empty()) reader.mistake("values", "'values' says no value");
    return values;
}

void read_bounds(SettingsReader& reader, double unit, Column& column) {
    column.least = reader.number("least", 0, {.least = -1e15, .most = 1e15}) * unit;
    if (reader.has("most"))
        column.most = reader.number("most", 0, {.least = -1e15, .most = 1e15}) * unit;
    if (column.most < column.least) reader.mistake("most", "'most' is less than 'least'");
}

Column read_column(SettingsReader& reader, const ColumnKind& kind, const Oid& base) {
    Column column;
    column.quantity = kind.quantity;
    column.oid = read_oid(reader, "oid", base);
    if (reader.has("suffix")) column.suffix = read_oid(reader, "suffix", {});
    const double unit = read_unit(reader, kind, column);
    column.factor = reader.number("factor", 1, {.least = 1e-9, .most = 1e9}) * unit;
    column.scale = read_scale(reader, base);
    column.absent = reader.integers("absent", {}, {.least = -9e15, .most = 9e15});
    column.values = read_values(reader);
    read_bounds(reader, unit, column);
    if (kind.quantity == Quantity::energy_joules)
        column.counter_bits =
            static_cast<unsigned>(reader.integer("bits", 0, {.least = 16, .most = 48}));
    if (reader.has("row")) column.picked_name = read_pattern(reader, "row");
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

std::vector<Oid> read_oids(SettingsReader& reader, std::string_view key, const Oid& base) {
    std::vector<Oid> oids;
    for (const auto& text : reader.texts(key)) {
        if (const auto oid = parse_oid(text))
            oids.push_back(text.starts_with('.') ? *oid : join(base, *oid));
        else
            reader.mistake(key, fmt::format("'{}' is not an OID: numbers and dots", text));
    }
    return oids;
}

std::optional<Pattern> read_pattern(SettingsReader& reader, std::string_view key) {
    const auto text = reader.required_text(key);
    if (text.empty()) return std::nullopt;
    auto pattern = Pattern::compile(text);
    if (!pattern) reader.mistake(key, fmt::format("'{}' is not a regular expression", text));
    return pattern;
}

std::vector<Column> read_columns(SettingsReader& table, const Oid& base) {
    std::vector<Column> columns;
    for (const auto& kind : column_kinds) {
        if (!table.has(kind.key)) continue;
        SettingsReader reader{table.table(kind.key)};
        columns.push_back(read_column(reader, kind, base));
        table.adopt(reader.finish());
    }
    if (columns.empty())
        table.mistake("part",
                      "this table measures nothing: power, current, voltage, energy or rating");
    return columns;
}

}  // namespace frugald::snmp
