#include "plugins/snmp/profile/checks.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace frugald::snmp::profile {

namespace {

std::string name_of(Part part, const std::string& name) {
    return name.empty() ? to_string(part) : fmt::format("{} {}", to_string(part), name);
}

std::optional<Check> check_outlets(const std::vector<NamedReading>& readings, const Look& look) {
    double outlets = 0;
    std::size_t measured = 0, there = 0;
    std::optional<double> total;
    for (const auto& item : look.plan.items)
        if (item.part == Part::outlet && item.column->quantity == Quantity::power_watts) ++there;
    for (const auto& reading : readings) {
        if (reading.quantity != Quantity::power_watts) continue;
        if (reading.part == Part::total) total = reading.value;
        if (reading.part != Part::outlet) continue;
        outlets += reading.value;
        ++measured;
    }
    if (!total || measured == 0 || measured < there) return std::nullopt;
    const double apart = std::abs(*total - outlets);
    return Check{
        "outlets", apart <= 50 || apart <= 0.05 * std::max(*total, outlets),
        fmt::format("{:.0f} W at {} outlets, {:.0f} W in total", outlets, measured, *total)};
}

struct Electric {
    std::optional<double> watts, amperes, volts;
    double watt_step = 0, ampere_step = 0, volt_step = 0;
};

void note(Electric& part, const Item& item, double value) {
    switch (item.column->quantity) {
        case Quantity::power_watts:
            part.watts = value;
            part.watt_step = item.factor;
            break;
        case Quantity::current_amperes:
            part.amperes = value;
            part.ampere_step = item.factor;
            break;
        case Quantity::voltage_volts:
            part.volts = value;
            part.volt_step = item.factor;
            break;
        default:
            break;
    }
}

/// A total of three phases has one voltage and more than one current: nothing follows from it.
std::optional<Check> check_power(const Look& look) {
    std::map<std::pair<Part, std::string>, Electric> parts;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < look.plan.items.size(); ++i) {
        const auto& item = look.plan.items[i];
        if (item.part == Part::line && item.column->quantity == Quantity::current_amperes) ++lines;
        if (const auto value = item.measured(look.values[i]))
            note(parts[{item.part, item.name}], item, *value);
    }
    std::size_t checked = 0;
    for (const auto& [key, part] : parts) {
        if (!part.watts || !part.amperes || !part.volts) continue;
        if (key.first == Part::total && lines > 1) continue;
        ++checked;
        const double most =
            (*part.amperes + part.ampere_step / 2) * (*part.volts + part.volt_step / 2) * 1.05 +
            part.watt_step / 2 + 1;
        if (*part.watts > most)
            return Check{"power", false,
                         fmt::format("{} draws {:.1f} W with {:.3f} A at {:.1f} V: wrong columns "
                                     "or factors",
                                     name_of(key.first, key.second), *part.watts, *part.amperes,
                                     *part.volts)};
    }
    if (checked == 0) return std::nullopt;
    return Check{"power", true, fmt::format("no more than U * I in {} parts", checked)};
}

bool absurd(const NamedReading& reading) {
    switch (reading.quantity) {
        case Quantity::power_watts:
            return std::abs(reading.value) > (reading.part == Part::outlet ? 50e3 : 2e6);
        case Quantity::current_amperes:
        case Quantity::rating_amperes:
        case Quantity::voltage_volts:
            return reading.value >= 1000;
        default:
            return reading.value > 1e18;
    }
}

Check check_plausible(const std::vector<NamedReading>& readings) {
    for (const auto& reading : readings)
        if (absurd(reading))
            return {"plausible", false,
                    fmt::format("{} of {} is {:.6g}: wrong column or factor",
                                to_string(reading.quantity), name_of(reading.part, reading.name),
                                reading.value)};
    return {"plausible", true, fmt::format("{} readings", readings.size())};
}

Check check_names(const std::vector<NamedReading>& readings) {
    std::set<std::tuple<Quantity, Part, std::string>> seen;
    for (const auto& reading : readings)
        if (!seen.insert({reading.quantity, reading.part, reading.name}).second)
            return {"names", false,
                    fmt::format("two readings are {} of {}: give a table another prefix",
                                to_string(reading.quantity), name_of(reading.part, reading.name))};
    return {"names", true, "every reading has a name of its own"};
}

}  // namespace

std::vector<Check> check(const Look& look) {
    const auto found = readings(look.plan, look.values);
    std::vector<Check> checks;
    if (auto outlets = check_outlets(found, look)) checks.push_back(*std::move(outlets));
    if (auto power = check_power(look)) checks.push_back(*std::move(power));
    checks.push_back(check_plausible(found));
    checks.push_back(check_names(found));
    return checks;
}

}  // namespace frugald::snmp::profile
