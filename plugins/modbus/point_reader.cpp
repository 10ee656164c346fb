#include "plugins/modbus/point_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace frugald::modbus {

namespace {

struct Unit {
    std::string_view name;
    double factor;  // to the base unit
};

struct PointKind {
    std::string_view key;
    Quantity quantity;
    bool exported;
    std::array<Unit, 4> units;  // empty names are none
    Plausible plausible;
};

constexpr std::array power_units{Unit{"W", 1}, Unit{"kW", 1e3}, Unit{"MW", 1e6}, Unit{}};
constexpr std::array current_units{Unit{"A", 1}, Unit{"mA", 1e-3}, Unit{}, Unit{}};
constexpr std::array voltage_units{Unit{"V", 1}, Unit{"mV", 1e-3}, Unit{"kV", 1e3}, Unit{}};
constexpr std::array energy_units{Unit{"Wh", 3.6e3}, Unit{"kWh", 3.6e6}, Unit{"MWh", 3.6e9},
                                  Unit{"J", 1}};
constexpr std::array plain_units{Unit{"1", 1}, Unit{"%", 1e-2}, Unit{}, Unit{}};

// What a meter of a building can show: beyond it, another type or word order is meant.
constexpr std::array kinds{
    PointKind{"power", Quantity::power_watts, false, power_units, {-20e6, 20e6}},
    PointKind{"current", Quantity::current_amperes, false, current_units, {-10e3, 10e3}},
    PointKind{"voltage", Quantity::voltage_volts, false, voltage_units, {0, 50e3}},
    PointKind{"energy", Quantity::energy_joules, false, energy_units, {0, 1e18}},
    PointKind{"energy_exported", Quantity::energy_joules, true, energy_units, {0, 1e18}},
    PointKind{"power_factor", Quantity::power_factor, false, plain_units, {-1, 1}},
};

constexpr std::array parts{"total", "L1", "L2", "L3", "N"};

double read_unit(SettingsReader& reader, const PointKind& kind) {
    std::vector<std::string_view> allowed;
    for (const auto& unit : kind.units)
        if (!unit.name.empty()) allowed.push_back(unit.name);
    const auto name = reader.choice("unit", kind.units.front().name, allowed);
    for (const auto& unit : kind.units)
        if (unit.name == name) return unit.factor;
    return 1;
}

std::uint16_t read_address(SettingsReader& reader, std::string_view key, std::size_t registers) {
    if (!reader.has(key))
        reader.mistake(key, fmt::format("'{}' is missing here: the address on the wire", key));
    return static_cast<std::uint16_t>(
        reader.integer(key, 0, {.least = 0, .most = static_cast<double>(65536 - registers)}));
}

Point read_point(SettingsReader& reader, const PointKind& kind, const Profile& profile) {
    Point point;
    point.quantity = kind.quantity;
    point.exported = kind.exported;
    point.function =
        static_cast<int>(reader.integer("function", profile.function, {.least = 3, .most = 4}));
    if (!reader.has("type")) reader.mistake("type", "'type' is missing here");
    point.type = type_of(reader.choice("type", "u16", type_words())).value_or(Type::u16);
    point.order = order_of(reader.choice("order", to_string(profile.order), order_words()))
                      .value_or(profile.order);
    point.address = read_address(reader, "register", registers_of(point.type));
    if (reader.has("scale_register")) point.scale = read_address(reader, "scale_register", 1);
    point.factor =
        reader.number("factor", 1, {.least = -1e9, .most = 1e9}) * read_unit(reader, kind);
    if (point.factor == 0) reader.mistake("factor", "'factor' must not be 0");
    point.absent = reader.integers("absent", {}, {.least = -9e18, .most = 9e18});
    point.plausible.least = reader.number("least", kind.plausible.least, {.least = -1e18});
    point.plausible.most = reader.number("most", kind.plausible.most, {.least = -1e18});
    return point;
}

void put(Map& map, Point point) {
    const auto same = [&point](const Point& other) {
        return other.quantity == point.quantity && other.exported == point.exported &&
               other.part == point.part && other.name == point.name;
    };
    const auto there = std::ranges::find_if(map.points, same);
    if (there == map.points.end())
        map.points.push_back(std::move(point));
    else
        *there = std::move(point);
}

}  // namespace

void read_points(SettingsReader& reader, const Profile& profile, Map& map) {
    for (const std::string_view part : parts) {
        if (!reader.has(part)) continue;
        SettingsReader table{reader.table(part)};
        for (const auto& kind : kinds) {
            if (!table.has(kind.key)) continue;
            SettingsReader entry{table.table(kind.key)};
            auto point = read_point(entry, kind, profile);
            if (part != "total") {
                point.part = Part::line;
                point.name = part;
            }
            put(map, std::move(point));
            table.adopt(entry.finish());
        }
        reader.adopt(table.finish());
    }
}

}  // namespace frugald::modbus
