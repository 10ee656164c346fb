#include <fmt/format.h>

#include "tests/room/pdu/live_mib.h"

namespace frugald::room {

namespace {

using Index = std::uint32_t;
using Number = std::function<double(const PduLoad&, TimePoint)>;

/// Sensor types of PDU2-MIB.
constexpr Index rms_current = 1, rms_voltage = 4, active_power = 5, active_energy = 8;

/// A sensor has its decimal digits in one table and its value, unsigned or signed, in another.
struct SensorTableIds {
    Oid digits;
    Oid value;
};

void add_sensor(MibLayout& layout, const SensorTableIds& table, const Oid& index, unsigned digits,
                Number value) {
    double scale = 1;
    for (unsigned i = 0; i < digits; ++i) scale *= 10;
    Oid digits_oid = table.digits;
    Oid value_oid = table.value;
    digits_oid.insert(digits_oid.end(), index.begin(), index.end());
    value_oid.insert(value_oid.end(), index.begin(), index.end());
    layout.add_number(
        digits_oid, {}, 1, [digits](const PduLoad&, TimePoint) { return digits; }, tag::gauge32);
    layout.add_number(value_oid, {}, scale, std::move(value), tag::gauge32);
}

void add_inlet(MibLayout& layout, const Oid& pdu2, const PduLoad& load) {
    const SensorTableIds table{extend(pdu2, {3, 3, 4, 1, 7}), extend(pdu2, {5, 2, 3, 1, 4})};
    layout.add_text(pdu2, {3, 3, 3, 1, 2, 1, 1}, "I1");
    layout.add_text(pdu2, {3, 3, 3, 1, 7, 1, 1}, fmt::format("{:g}A", load.rating_amperes));
    const auto watts = [](const PduLoad& pdu, TimePoint now) { return pdu.watts(now); };
    add_sensor(layout, table, {1, 1, rms_current}, 3, [watts](const PduLoad& pdu, TimePoint now) {
        return pdu.amperes(watts(pdu, now)) / pdu.phases;
    });
    add_sensor(layout, table, {1, 1, rms_voltage}, 0,
               [](const PduLoad& pdu, TimePoint) { return pdu.volts; });
    add_sensor(layout, table, {1, 1, active_power}, 0, watts);
    add_sensor(layout, table, {1, 1, active_energy}, 0,
               [](const PduLoad& pdu, TimePoint now) { return pdu.joules(now) / 3600; });
    const SensorTableIds pole{extend(pdu2, {3, 3, 6, 1, 7}), extend(pdu2, {5, 2, 4, 1, 4})};
    for (Index phase = 1; load.phases > 1 && phase <= load.phases; ++phase)
        add_sensor(layout, pole, {1, 1, phase, rms_current}, 3,
                   [phase](const PduLoad& pdu, TimePoint now) {
                       return pdu.amperes(pdu.phase_watts(phase - 1, now));
                   });
}

void add_outlet(MibLayout& layout, const Oid& pdu2, Index outlet) {
    const SensorTableIds table{extend(pdu2, {3, 5, 4, 1, 7}), extend(pdu2, {5, 4, 3, 1, 4})};
    layout.add_text(pdu2, {3, 5, 3, 1, 2, 1, outlet}, fmt::format("{}", outlet));
    layout.add(pdu2, {3, 5, 3, 1, 3, 1, outlet}, [outlet](const PduLoad& pdu, TimePoint) {
        return snmp_text(pdu.outlet_name(outlet - 1));
    });
    layout.add_text(pdu2, {3, 5, 3, 1, 7, 1, outlet}, "10A");
    const auto watts = [outlet](const PduLoad& pdu, TimePoint now) {
        return pdu.outlet_watts(outlet - 1, now);
    };
    add_sensor(layout, table, {1, outlet, rms_current}, 3,
               [watts](const PduLoad& pdu, TimePoint now) { return pdu.amperes(watts(pdu, now)); });
    add_sensor(layout, table, {1, outlet, rms_voltage}, 0,
               [](const PduLoad& pdu, TimePoint) { return pdu.volts; });
    add_sensor(layout, table, {1, outlet, active_power}, 0, watts);
    add_sensor(layout, table, {1, outlet, active_energy}, 0,
               [outlet](const PduLoad& pdu, TimePoint now) {
                   return pdu.outlet_joules(outlet - 1, now) / 3600;
               });
}

}  // namespace

/// PDU2-MIB, PDU 1, inlet 1: the scale of each sensor stands in the device.
MibLayout raritan_px2_layout(const PduLoad& load) {
    const Oid enterprise = {1, 3, 6, 1, 4, 1, 13742};
    const Oid pdu2 = extend(enterprise, {6});
    MibLayout layout;
    layout.add_system("Raritan PX2 (simulated)", pdu2);
    layout.add(pdu2, {3, 2, 2, 1, 13, 1},
               [](const PduLoad& pdu, TimePoint) { return snmp_text(pdu.name); });
    add_inlet(layout, pdu2, load);
    for (Index outlet = 1; outlet <= load.outlets.size(); ++outlet)
        add_outlet(layout, pdu2, outlet);
    layout.sort();
    return layout;
}

}  // namespace frugald::room
