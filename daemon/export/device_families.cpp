#include "daemon/export/families.h"

namespace frugald::metrics {

namespace {

struct DeviceFamilies {
    Family pdu{"frugald_pdu_power_watts", "Power that a whole PDU delivers."};
    Family line{"frugald_pdu_line_current_amperes", "Current on one input line of a PDU."};
    Family outlet{"frugald_outlet_power_watts",
                  "Power on one outlet of a PDU; node is what it feeds, empty if not known."};
    Family meter{"frugald_meter_power_watts", "Power that a building meter reads."};
    Family energy{"frugald_meter_energy_joules_total", "Energy counter of a building meter.",
                  prometheus::MetricType::Counter};

    void add_pdu_part(const Device& device, std::size_t index) {
        const PartMeasurement& part = device.parts[index];
        const double value = part.measured.value;
        const bool watts = part.quantity == Quantity::power_watts;
        if (part.part == Part::total && watts) {
            pdu.add({{"pdu", device.name}}, value);
        } else if (part.part == Part::line && part.quantity == Quantity::current_amperes) {
            line.add({{"pdu", device.name}, {"line", part.name}}, value);
        } else if (part.part == Part::outlet && watts) {
            const auto fed = device.outlet_nodes.find(part.name);
            const std::string node = fed == device.outlet_nodes.end() ? "" : fed->second;
            outlet.add({{"pdu", device.name}, {"outlet", part.name}, {"node", node}}, value);
        }
    }

    void add_meter_part(const Device& device, std::size_t index) {
        const PartMeasurement& part = device.parts[index];
        if (part.part != Part::total) return;
        if (part.quantity == Quantity::power_watts)
            meter.add({{"meter", device.name}}, part.measured.value);
        else if (part.quantity == Quantity::energy_joules)
            energy.add({{"meter", device.name}}, part.measured.value);
    }
};

}  // namespace

void collect_devices(const Snapshot& now, Families& families) {
    DeviceFamilies of;
    for (const auto& [name, device] : now.devices)
        for (std::size_t i = 0; i < device.parts.size(); ++i) {
            if (!is_current(device.parts[i].measured)) continue;
            if (device.kind == DeviceKind::pdu) of.add_pdu_part(device, i);
            if (device.kind == DeviceKind::meter) of.add_meter_part(device, i);
        }
    for (Family* const family : {&of.pdu, &of.line, &of.outlet, &of.meter, &of.energy})
        family->move_into(families);
}

}  // namespace frugald::metrics
