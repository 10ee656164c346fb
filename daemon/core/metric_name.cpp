#include "daemon/core/metric_name.h"

namespace frugald {

namespace {

/// As it stands at the end of a family's name: base unit, and _total for what only grows.
std::string_view ending_of(Quantity quantity) {
    switch (quantity) {
        case Quantity::power_watts:
            return "power_watts";
        case Quantity::current_amperes:
            return "current_amperes";
        case Quantity::voltage_volts:
            return "voltage_volts";
        case Quantity::energy_joules:
            return "energy_joules_total";
        case Quantity::temperature_celsius:
            return "temperature_celsius";
        case Quantity::fan_speed_rpm:
            return "fan_speed_rpm";
        case Quantity::power_factor:
            return "power_factor";
        case Quantity::cap_watts:
            return "power_cap_watts";
        case Quantity::coverage_ratio:
            return "coverage_ratio";
        case Quantity::rating_amperes:
            return {};  // never changes
    }
    return {};
}

MetricName of_whole_node(Quantity quantity, std::string_view ending) {
    // frugald_node_energy_joules_total is what frugald integrates; this is the node's own counter.
    if (quantity == Quantity::energy_joules) ending = "energy_counter_joules_total";
    return {.beginning = "frugald_node_",
            .ending = ending,
            .device_label = "node",
            .source_label = quantity != Quantity::cap_watts};
}

MetricName of_node(Quantity quantity, Part part, std::string_view ending) {
    switch (quantity) {
        case Quantity::power_watts:
        case Quantity::energy_joules:
        case Quantity::cap_watts:
            if (part == Part::total) return of_whole_node(quantity, ending);
            if (part == Part::psu && quantity == Quantity::power_watts)
                return {"frugald_psu_", "input_watts", "node", "psu"};
            return {"frugald_sensor_", ending, "node", "sensor"};
        default:
            return {"frugald_", ending, "node", "sensor"};
    }
}

MetricName of_pdu(Part part, std::string_view ending) {
    switch (part) {
        case Part::total:
            return {"frugald_pdu_", ending, "pdu", ""};
        case Part::line:
            return {"frugald_pdu_line_", ending, "pdu", "line"};
        case Part::branch:
            return {"frugald_pdu_branch_", ending, "pdu", "branch"};
        case Part::outlet:
            return {"frugald_outlet_", ending, "pdu", "outlet"};
        default:
            return {"frugald_pdu_sensor_", ending, "pdu", "sensor"};
    }
}

MetricName of_meter(Part part, std::string_view ending) {
    switch (part) {
        case Part::total:
            return {"frugald_meter_", ending, "meter", ""};
        case Part::line:
            return {"frugald_meter_line_", ending, "meter", "line"};
        case Part::branch:
            return {"frugald_meter_branch_", ending, "meter", "branch"};
        case Part::outlet:
            return {"frugald_meter_outlet_", ending, "meter", "outlet"};
        default:
            return {"frugald_meter_sensor_", ending, "meter", "sensor"};
    }
}

}  // namespace

MetricName metric_name(DeviceKind kind, Quantity quantity, Part part) {
    const auto ending = ending_of(quantity);
    if (ending.empty()) return {};
    switch (kind) {
        case DeviceKind::node:
            return of_node(quantity, part, ending);
        case DeviceKind::pdu:
            return of_pdu(part, ending);
        case DeviceKind::meter:
            return of_meter(part, ending);
        case DeviceKind::partition:
            return {"frugald_partition_", ending, "partition", ""};
        case DeviceKind::level:
            return {"frugald_level_", ending, "scope", "", true};
        case DeviceKind::cluster:
            return {"frugald_cluster_", ending, "", ""};
    }
    return {};
}

}  // namespace frugald
