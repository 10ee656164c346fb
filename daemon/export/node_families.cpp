#include "daemon/core/metric_name.h"
#include "daemon/export/families.h"

namespace frugald::metrics {

namespace {

double unix_seconds(WallTime at) { return static_cast<double>(to_unix_ms(at)) / 1000; }

std::string family_name(Quantity quantity, Part part = Part::sensor) {
    return metric_name(DeviceKind::node, quantity, part).family();
}

struct NodeFamilies {
    Family power{family_name(Quantity::power_watts, Part::total),
                 "Power the node draws now, by the source frugald trusts for it."};
    Family energy{"frugald_node_energy_joules_total",
                  "Energy the node used since frugald first saw it, from good readings.",
                  prometheus::MetricType::Counter};
    Family state{"frugald_node_power_state",
                 "1 for the chassis power state the BMC reports: on, off or unknown."};
    Family up{"frugald_node_up", "1 if the node's BMC answered the last poll."};
    Family sampled{"frugald_node_last_sample_timestamp_seconds",
                   "When the node's newest power reading was taken, also when it is stale by now."};
    Family cap{family_name(Quantity::cap_watts, Part::total),
               "Power limit that is active in the node's BMC."};
    Family temperature{family_name(Quantity::temperature_celsius), "Temperature sensor of a node."};
    Family fan{family_name(Quantity::fan_speed_rpm), "Fan speed sensor of a node."};
    Family volts{family_name(Quantity::voltage_volts), "Voltage sensor of a node."};
    Family amperes{family_name(Quantity::current_amperes), "Current sensor of a node."};
    Family supply{family_name(Quantity::power_watts, Part::psu),
                  "Input power of one power supply of a node."};

    /// Null: not for Prometheus.
    Family* family_of(const PartMeasurement& part) {
        switch (part.quantity) {
            case Quantity::temperature_celsius:
                return &temperature;
            case Quantity::fan_speed_rpm:
                return &fan;
            case Quantity::voltage_volts:
                return &volts;
            case Quantity::current_amperes:
                return &amperes;
            case Quantity::power_watts:
                return part.part == Part::psu ? &supply : nullptr;
            default:
                return nullptr;
        }
    }

    void add_bmc(const Node& node) {
        for (const Chassis chassis : {Chassis::on, Chassis::off, Chassis::unknown})
            state.add({{"node", node.name}, {"state", to_string(chassis)}},
                      node.chassis == chassis ? 1 : 0);
        up.add({{"node", node.name}}, node.reachable ? 1 : 0);
    }

    void add_part(const Node& node, std::size_t index) {
        const PartMeasurement& part = node.parts[index];
        if (!is_current(part.measured)) return;
        Family* const family = family_of(part);
        if (family == nullptr) return;
        family->add({{"node", node.name},
                     {family == &supply ? "psu" : "sensor", distinct_name(node.parts, index)}},
                    part.measured.value);
    }

    void add(const Node& node) {
        if (node.has_bmc) add_bmc(node);
        if (node.power && is_current(*node.power))
            power.add({{"node", node.name}, {"source", node.power->source}}, node.power->value);
        if (node.power && node.power->quality != Quality::estimated)
            sampled.add({{"node", node.name}}, unix_seconds(node.power->at));
        if (node.energy_total) energy.add({{"node", node.name}}, node.energy_total->value);
        if (node.cap && node.cap->active) cap.add({{"node", node.name}}, node.cap->limit.value);
        for (std::size_t i = 0; i < node.parts.size(); ++i) add_part(node, i);
    }
};

}  // namespace

void collect_nodes(const Snapshot& now, Families& families) {
    NodeFamilies of;
    for (const auto& [name, node] : now.nodes) of.add(node);
    for (Family* const family : {&of.power, &of.energy, &of.state, &of.up, &of.sampled, &of.cap,
                                 &of.temperature, &of.fan, &of.volts, &of.amperes, &of.supply})
        family->move_into(families);
}

}  // namespace frugald::metrics
