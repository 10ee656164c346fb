#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/modbus/blocks.h"
#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// What the site says of one meter.
struct Site {
    double ct_ratio = 1;  // of the current and voltage transformers, where the meter reports
    double vt_ratio = 1;  // secondary values
    bool reverse = false;
    std::optional<Order> order{};  // instead of the profile's
};

/// The points of a map as they are for one meter. `start` is the address of the model's ID in a
/// SunSpec map, else 0.
std::vector<Point> points_of(const Profile& profile, const Map& map, unsigned start,
                             const Site& site);

/// What has to be read for these points; none of it twice.
std::vector<Field> fields_of(const std::vector<Point>& points);
Field field_of(const Point& point);

struct NamedReading {
    Quantity quantity{};
    Part part = Part::total;
    std::string name{};
    double value = 0;
    std::string_view refused{};  // "implausible"
};

struct Decoded {
    std::vector<NamedReading> readings{};
    /// The numbers make no sense, and do in this word order.
    std::optional<Order> looks_like{};
};

/// The numbers that `image` has of these points, in base units. Pure.
Decoded decode(const std::vector<Point>& points, const Profile& profile, const Site& site,
               const Image& image);

}  // namespace frugald::modbus
