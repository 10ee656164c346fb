// The three places where a power limit can be.

#include <cmath>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {
namespace {

std::optional<Watts> bound(const json::value* value) {
    const auto watts = number(value);
    if (!watts || *watts <= 0) return std::nullopt;
    return Watts{*watts};
}

void set_limit(CapReading& reading, const json::value* value) {
    const auto watts = number(value);
    reading.limit = Watts{watts && *watts > 0 ? *watts : 0};
    reading.active = reading.limit.value > 0;
}

bool is_watts(const json::value* resource) {
    const auto units = text(find(resource, "SetPointUnits"));
    return !units || *units == "W";  // BlueField: "%"
}

/// A SetPoint with its mode: the same in EnvironmentMetrics and Control.
std::optional<LimitFacts> read_set_point(const json::value* control) {
    const json::value* set_point = find(control, "SetPoint");
    const json::value* mode = find(control, "ControlMode");
    if ((!set_point && !mode) || !is_watts(control)) return std::nullopt;
    LimitFacts facts;
    set_limit(facts.reading, set_point);
    if (text(mode) == "Disabled") facts.reading.active = false;
    facts.reading.least = bound(find(control, "AllowableMin"));
    facts.reading.most = bound(find(control, "AllowableMax"));
    if (!facts.reading.least) facts.reading.least = bound(find(control, "SettingRangeMin"));
    if (!facts.reading.most) facts.reading.most = bound(find(control, "SettingRangeMax"));
    const json::value* oem = find(find(control, "Oem"), "Hpe");
    if (const auto exception = text(find(oem, "LimitException")))
        facts.hard_power_off = *exception == "HardPowerOff";
    if (const auto delay = number(find(control, "ControlDelaySeconds")); delay && *delay > 0)
        facts.reading.correction =
            std::chrono::milliseconds(static_cast<std::int64_t>(std::min(*delay, 3600.0) * 1000));
    return facts;
}

std::optional<LimitFacts> read_environment_limit(const Document& environment) {
    return read_set_point(find(environment, "PowerLimitWatts"));
}

/// Only what limits the whole chassis; an accelerator or a clock has controls too.
std::optional<LimitFacts> read_control_limit(const Document& document) {
    const auto type = text(find(document, "ControlType"));
    const auto context = text(find(document, "PhysicalContext"));
    if (type != "Power" && type != "PowerW") return std::nullopt;
    if (context && *context != "Chassis") return std::nullopt;
    const json::value control(document);
    return read_set_point(&control);
}

/// Gigabyte, HPE Cray: Oem.*.PowerLimit with Min and Max.
void read_oem_bounds(const json::value* member, CapReading& reading) {
    const json::value* oem = find(member, "Oem");
    const auto* vendors = oem ? oem->if_object() : nullptr;
    if (!vendors) return;
    for (const auto& vendor : *vendors) {
        const json::value* limit = find(&vendor.value(), "PowerLimit");
        if (!reading.least) reading.least = bound(find(limit, "Min"));
        if (!reading.most) reading.most = bound(find(limit, "Max"));
    }
}

std::optional<LimitFacts> read_power_limit(const Document& power, std::string_view system) {
    const auto index = node_member(power, system);
    if (!index) return std::nullopt;
    const json::value* member = elements(find(power, "PowerControl"))[*index];
    const json::value* limit = find(member, "PowerLimit");
    const auto* object = limit ? limit->if_object() : nullptr;
    if (!object || object->empty()) return std::nullopt;
    LimitFacts facts;
    set_limit(facts.reading, find(limit, "LimitInWatts"));
    if (text(find(find(member, "Status"), "State")) == "Disabled") facts.reading.active = false;
    read_oem_bounds(member, facts.reading);
    const auto exception = text(find(limit, "LimitException"));
    facts.has_exception = exception.has_value();
    facts.hard_power_off = exception == "HardPowerOff";
    if (const auto ms = number(find(limit, "CorrectionInMs")); ms && *ms > 0 && *ms < 3.6e6)
        facts.reading.correction =
            std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(*ms)));
    return facts;
}

}  // namespace

std::string_view to_string(LimitKind kind) {
    switch (kind) {
        case LimitKind::environment:
            return "redfish:environment";
        case LimitKind::control:
            return "redfish:control";
        case LimitKind::power:
            return "redfish:power";
    }
    return "redfish";
}

std::optional<LimitFacts> read_limit(LimitKind kind, const Document& document,
                                     std::string_view system) {
    std::optional<LimitFacts> facts;
    if (kind == LimitKind::environment) facts = read_environment_limit(document);
    if (kind == LimitKind::control) facts = read_control_limit(document);
    if (kind == LimitKind::power) facts = read_power_limit(document, system);
    if (facts) facts->reading.way = to_string(kind);
    return facts;
}

}  // namespace frugald::redfish
