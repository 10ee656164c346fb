#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/modbus/number.h"

namespace frugald::modbus {

/// Numbers of one point that can be true, in base units.
struct Plausible {
    double least = 0;
    double most = 0;
};

/// One measured number: where it stands and how to turn it into base units.
struct Point {
    Quantity quantity{};
    Part part = Part::total;
    std::string name{};  // "L1"; empty for the total
    /// Counts what flows the other way: it is the meter's energy where `reverse` is set, and is not
    /// used elsewhere.
    bool exported = false;
    int function = 3;           // 3 reads holding registers, 4 input registers
    std::uint16_t address = 0;  // on the wire; in a SunSpec map counted from the model's ID
    Type type = Type::u16;
    Order order = Order::abcd;
    double factor = 1;                     // raw number -> base unit, the unit's own included
    std::optional<std::uint16_t> scale{};  // address of an i16: the power of ten to multiply with
    std::vector<std::int64_t> absent{};    // raw numbers that mean "no value"
    Plausible plausible{};
};

/// The points of one table of registers.
struct Map {
    std::vector<std::uint16_t> models{};  // SunSpec models it describes; empty: addresses are fixed
    std::vector<Point> points{};
};

/// Registers that must not be read, not even as a gap between two that are.
struct Hole {
    unsigned first = 0;
    unsigned last = 0;
};

/// What one request may ask for.
struct Shape {
    unsigned most_registers = 125;
    unsigned most_gap = 8;  // registers nobody asked for, between two that are
    std::vector<Hole> holes{};
};

/// A family of meters, as data (docs/meters.md describes the file).
struct Profile {
    std::string name;
    std::string summary;
    int function = 3;           // of points that do not say
    Order order = Order::abcd;  // likewise
    NoValue no_value;
    Shape shape;
    std::vector<Map> maps;  // one with fixed addresses, or any number of SunSpec's

    bool sunspec() const { return !maps.empty() && !maps.front().models.empty(); }
};

}  // namespace frugald::modbus
