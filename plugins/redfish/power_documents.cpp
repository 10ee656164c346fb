// EnvironmentMetrics, Power, Sensor, PowerSupplyMetrics.

#include <algorithm>
#include <array>
#include <set>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {
namespace {

constexpr double joules_per_kwh = 3.6e6;
constexpr double longest_average_minutes = 1;

bool contains_any(const std::string& text, const std::vector<std::string_view>& words) {
    return std::ranges::any_of(
        words, [&text](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// What a member of PowerControl is about: its own name and its context.
std::string subject(const json::value* member) {
    return lower_case(text(find(member, "PhysicalContext")).value_or("") + ' ' +
                      text(find(member, "Name")).value_or(""));
}

bool is_part_only(const json::value* member) {
    return contains_any(subject(member),
                        {"cpu", "processor", "memory", "dimm", "gpu", "accelerator", "fan",
                         "storage", "drive", "sub-system", "subsystem"});
}

bool is_whole(const json::value* member) {
    return contains_any(subject(member),
                        {"chassis", "server", "system", "node", "intake", "total"});
}

bool is_related(const json::value* member, std::string_view system) {
    if (system.empty()) return false;
    const auto related = links(find(member, "RelatedItem"));
    return std::ranges::any_of(related,
                               [&](const auto& path) { return same_resource(path, system); });
}

void read_control(const json::value* control, PowerFacts& facts) {
    facts.watts = number(find(control, "PowerConsumedWatts"));
    const json::value* metrics = find(control, "PowerMetrics");
    if (!metrics) metrics = find(control, "PowerMetric");  // Cisco
    const auto minutes = number(find(metrics, "IntervalInMin"));
    if (minutes && *minutes > 0 && *minutes <= longest_average_minutes)
        facts.average_watts = number(find(metrics, "AverageConsumedWatts"));
}

std::string member_name(const json::value* member, std::size_t index) {
    return scalar(find(member, "MemberId")).value_or(std::to_string(index));
}

std::vector<Supply> read_supplies(const Document& power) {
    std::vector<Supply> supplies;
    std::multiset<std::string> names;
    const auto members = elements(find(power, "PowerSupplies"));
    for (const json::value* member : members) names.insert(text(find(member, "Name")).value_or(""));
    for (std::size_t index = 0; index < members.size(); ++index) {
        const auto watts = number(find(members[index], "PowerInputWatts"));
        if (!watts || *watts < 0) continue;
        std::string name = text(find(members[index], "Name")).value_or("");
        if (name.empty() || names.count(name) > 1)
            name += (name.empty() ? "PSU " : " ") + member_name(members[index], index);
        supplies.push_back({std::move(name), *watts});
    }
    return supplies;
}

}  // namespace

PowerFacts read_environment(const Document& environment) {
    PowerFacts facts;
    facts.watts = reading(find(environment, "PowerWatts"));
    if (const auto kwh = reading(find(environment, "EnergykWh")); kwh && *kwh >= 0)
        facts.energy_joules = *kwh * joules_per_kwh;
    return facts;
}

std::optional<std::size_t> node_member(const Document& power, std::string_view system) {
    const auto members = elements(find(power, "PowerControl"));
    std::optional<std::size_t> best;
    int best_rank = 0;
    for (std::size_t index = 0; index < members.size(); ++index) {
        const json::value* member = members[index];
        if (is_part_only(member)) continue;
        const int rank = 1 + (is_whole(member) ? 1 : 0) + (is_related(member, system) ? 2 : 0);
        if (rank <= best_rank) continue;
        best = index;
        best_rank = rank;
    }
    return best;
}

bool is_own_member(const Document& power, std::string_view system) {
    const auto member = node_member(power, system);
    return member && is_related(elements(find(power, "PowerControl"))[*member], system);
}

PowerFacts read_power(const Document& power, std::string_view system) {
    PowerFacts facts;
    if (const auto member = node_member(power, system))
        read_control(elements(find(power, "PowerControl"))[*member], facts);
    facts.supplies = read_supplies(power);
    return facts;
}

PowerFacts read_sensor(const Document& sensor) {
    PowerFacts facts;
    const auto type = text(find(sensor, "ReadingType"));
    const auto units = text(find(sensor, "ReadingUnits"));
    const bool power = type ? *type == "Power" : units == "W";
    if (power && (!units || *units == "W")) facts.watts = number(find(sensor, "Reading"));
    return facts;
}

std::optional<double> read_supply_input(const Document& metrics) {
    const auto watts = reading(find(metrics, "InputPowerWatts"));
    return watts && *watts >= 0 ? watts : std::nullopt;
}

}  // namespace frugald::redfish
