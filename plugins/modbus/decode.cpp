#include "plugins/modbus/decode.h"

#include <algorithm>
#include <cmath>

#include "plugins/modbus/order_check.h"

namespace frugald::modbus {

namespace {

constexpr int largest_exponent = 10;

/// The factor that a scale register says; nothing when it says none.
std::optional<double> scale_in(const Point& point, const Image& image) {
    if (!point.scale) return 1.0;
    const auto registers = image.at({point.function, *point.scale, 1});
    if (registers.empty()) return std::nullopt;
    const auto exponent = static_cast<std::int16_t>(registers.front());
    if (std::abs(static_cast<int>(exponent)) > largest_exponent) return std::nullopt;
    return std::pow(10.0, exponent);
}

double ratio_of(Quantity quantity, const Site& site) {
    switch (quantity) {
        case Quantity::power_watts:
        case Quantity::energy_joules:
            return site.ct_ratio * site.vt_ratio;
        case Quantity::current_amperes:
            return site.ct_ratio;
        case Quantity::voltage_volts:
            return site.vt_ratio;
        default:
            return 1;
    }
}

double sign_of(Quantity quantity, const Site& site) {
    const bool turns = quantity == Quantity::power_watts || quantity == Quantity::power_factor;
    return turns && site.reverse ? -1 : 1;
}

}  // namespace

std::vector<Point> points_of(const Profile& profile, const Map& map, unsigned start,
                             const Site& site) {
    std::vector<Point> points;
    for (auto point : map.points) {
        // Turned round, what a meter counts as exported is what comes in.
        if (point.quantity == Quantity::energy_joules && point.exported != site.reverse) continue;
        if (start + point.address > 65535 || (point.scale && start + *point.scale > 65535))
            continue;
        point.address = static_cast<std::uint16_t>(start + point.address);
        if (point.scale) point.scale = static_cast<std::uint16_t>(start + *point.scale);
        if (site.order && point.order == profile.order) point.order = *site.order;
        points.push_back(std::move(point));
    }
    return points;
}

Field field_of(const Point& point) {
    return {point.function, point.address, static_cast<unsigned>(registers_of(point.type))};
}

std::vector<Field> fields_of(const std::vector<Point>& points) {
    std::vector<Field> fields;
    for (const auto& point : points) {
        fields.push_back(field_of(point));
        if (point.scale) fields.push_back({point.function, *point.scale, 1});
    }
    std::ranges::sort(fields);
    const auto repeated = std::ranges::unique(fields);
    fields.erase(repeated.begin(), repeated.end());
    return fields;
}

Decoded decode(const std::vector<Point>& points, const Profile& profile, const Site& site,
               const Image& image) {
    Decoded decoded;
    OrderCheck check{site.order.value_or(profile.order)};
    for (const auto& point : points) {
        const auto registers = image.at(field_of(point));
        const auto scale = scale_in(point, image);
        if (registers.empty() || !scale) continue;
        const double factor = point.factor * *scale * ratio_of(point.quantity, site);
        const auto value_in = [&](Order order) -> std::optional<double> {
            const auto raw =
                number_in(registers, point.type, order, profile.no_value, point.absent);
            if (!raw) return std::nullopt;
            return *raw * factor;
        };
        check.note(point, value_in);
        const auto value = value_in(point.order);
        if (!value) continue;
        const bool possible = *value >= point.plausible.least && *value <= point.plausible.most;
        decoded.readings.push_back({point.quantity, point.part, point.name,
                                    *value * sign_of(point.quantity, site),
                                    possible ? "" : "implausible"});
    }
    decoded.looks_like = check.looks_like();
    return decoded;
}

}  // namespace frugald::modbus
