#include "daemon/core/metric_name.h"

#include <doctest/doctest.h>

#include <set>

using namespace frugald;

TEST_CASE("series are called as docs/metrics.md says") {
    struct Row {
        DeviceKind kind;
        Quantity quantity;
        Part part;
        const char* family;
        const char* labels;
    };
    using enum DeviceKind;
    using enum Quantity;
    using enum Part;
    const Row rows[] = {
        {node, power_watts, total, "frugald_node_power_watts", "node,,source"},
        {node, energy_joules, total, "frugald_node_energy_counter_joules_total", "node,,source"},
        {node, cap_watts, total, "frugald_node_power_cap_watts", "node,,"},
        {node, power_watts, psu, "frugald_psu_input_watts", "node,psu,"},
        {node, power_watts, sensor, "frugald_sensor_power_watts", "node,sensor,"},
        {node, temperature_celsius, sensor, "frugald_temperature_celsius", "node,sensor,"},
        {node, temperature_celsius, psu, "frugald_temperature_celsius", "node,sensor,"},
        {node, fan_speed_rpm, sensor, "frugald_fan_speed_rpm", "node,sensor,"},
        {node, voltage_volts, sensor, "frugald_voltage_volts", "node,sensor,"},
        {node, current_amperes, sensor, "frugald_current_amperes", "node,sensor,"},
        {pdu, power_watts, total, "frugald_pdu_power_watts", "pdu,,"},
        {pdu, current_amperes, line, "frugald_pdu_line_current_amperes", "pdu,line,"},
        {pdu, current_amperes, branch, "frugald_pdu_branch_current_amperes", "pdu,branch,"},
        {pdu, power_watts, outlet, "frugald_outlet_power_watts", "pdu,outlet,"},
        {meter, power_watts, total, "frugald_meter_power_watts", "meter,,"},
        {meter, energy_joules, total, "frugald_meter_energy_joules_total", "meter,,"},
        {meter, voltage_volts, line, "frugald_meter_line_voltage_volts", "meter,line,"},
        {cluster, power_watts, total, "frugald_cluster_power_watts", ",,"},
        {cluster, coverage_ratio, total, "frugald_cluster_coverage_ratio", ",,"},
        {partition, power_watts, total, "frugald_partition_power_watts", "partition,,"},
        {level, power_watts, total, "frugald_level_power_watts", "scope,,source"},
    };
    for (const auto& row : rows) {
        const auto name = metric_name(row.kind, row.quantity, row.part);
        CAPTURE(row.family);
        CHECK(name.family() == row.family);
        CHECK(std::string{name.device_label}
                  .append(",")
                  .append(name.part_label)
                  .append(name.source_label ? ",source" : ",") == row.labels);
    }
    CHECK_FALSE(metric_name(pdu, rating_amperes, total));
}

TEST_CASE("two parts of a PDU or meter that may have one name never share a family") {
    for (const auto kind : {DeviceKind::pdu, DeviceKind::meter}) {
        std::set<std::string> families;
        for (const auto part : {Part::total, Part::line, Part::branch, Part::outlet, Part::sensor})
            families.insert(metric_name(kind, Quantity::power_watts, part).family());
        CHECK(families.size() == 5);
    }
}
