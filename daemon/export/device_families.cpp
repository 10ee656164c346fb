#include "daemon/core/metric_name.h"
#include "daemon/export/families.h"

namespace frugald::metrics {

namespace {

std::string family_name(DeviceKind kind, Quantity quantity, Part part = Part::total) {
    return metric_name(kind, quantity, part).family();
}

struct DeviceFamilies {
    Family pdu{family_name(DeviceKind::pdu, Quantity::power_watts),
               "Power that a whole PDU delivers."};
    Family line{family_name(DeviceKind::pdu, Quantity::current_amperes, Part::line),
                "Current on one input line of a PDU."};
    Family outlet{family_name(DeviceKind::pdu, Quantity::power_watts, Part::outlet),
                  "Power on one outlet of a PDU; node is what it feeds, empty if not known."};
    Family meter{family_name(DeviceKind::meter, Quantity::power_watts),
                 "Power that a building meter reads."};
    Family energy{family_name(DeviceKind::meter, Quantity::energy_joules),
                  "Energy counter of a building meter.", prometheus::MetricType::Counter};

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
