#include <fmt/format.h>

#include "tests/room/pdu/live_mib.h"

namespace frugald::room {

namespace {

using Index = std::uint32_t;
constexpr double tenth_kilowatt_hour = 360000;  // joules

double all_watts(const PduLoad& load, TimePoint now) { return load.watts(now); }

void add_device(MibLayout& layout, const Oid& rpdu2, const PduLoad& load) {
    const Oid properties = extend(rpdu2, {4, 2, 1});
    const auto outlets = static_cast<std::int64_t>(load.outlets.size());
    layout.add_integer(properties, {1, 1}, 1);
    for (const Index column : {4U, 5U, 6U}) layout.add_integer(properties, {column, 1}, outlets);
    layout.add_integer(properties, {7, 1}, load.phases);
    layout.add_integer(properties, {8, 1}, 0);
    layout.add_integer(properties, {9, 1}, static_cast<std::int64_t>(load.rating_amperes));

    const Oid status = extend(rpdu2, {4, 3, 1});
    layout.add_integer(status, {1, 1}, 1);
    layout.add_integer(status, {2, 1}, 1);
    layout.add(status, {3, 1}, [](const PduLoad& pdu, TimePoint) { return snmp_text(pdu.name); });
    layout.add_integer(status, {4, 1}, 2);
    layout.add_number(status, {5, 1}, 0.1, all_watts);
    layout.add_number(status, {9, 1}, 1 / tenth_kilowatt_hour,
                      [](const PduLoad& pdu, TimePoint now) { return pdu.joules(now); });
    layout.add_number(status, {16, 1}, 0.1 / PduLoad::power_factor, all_watts);
    layout.add_integer(status, {17, 1}, static_cast<std::int64_t>(100 * PduLoad::power_factor));
}

void add_phase(MibLayout& layout, const Oid& rpdu2, Index phase, double rating) {
    const auto watts = [phase](const PduLoad& pdu, TimePoint now) {
        return pdu.phase_watts(phase - 1, now);
    };
    const Oid configuration = extend(rpdu2, {6, 1, 1});
    layout.add_integer(configuration, {1, phase}, phase);
    layout.add_integer(configuration, {6, phase}, static_cast<std::int64_t>(0.8 * rating));
    layout.add_integer(configuration, {7, phase}, static_cast<std::int64_t>(rating));
    const Oid status = extend(rpdu2, {6, 3, 1});
    layout.add_integer(status, {1, phase}, phase);
    layout.add_integer(status, {2, phase}, 1);
    layout.add_integer(status, {3, phase}, phase);
    layout.add_integer(status, {4, phase}, 2);
    layout.add_number(status, {5, phase}, 10, [watts](const PduLoad& pdu, TimePoint now) {
        return pdu.amperes(watts(pdu, now));
    });
    layout.add_number(status, {6, phase}, 1,
                      [](const PduLoad& pdu, TimePoint) { return pdu.volts; });
    layout.add_number(status, {7, phase}, 0.1, watts);
    layout.add_number(status, {8, phase}, 0.1 / PduLoad::power_factor, watts);
    layout.add_integer(status, {9, phase}, static_cast<std::int64_t>(100 * PduLoad::power_factor));
}

void add_outlet(MibLayout& layout, const Oid& rpdu2, Index outlet) {
    const auto name = [outlet](const PduLoad& pdu, TimePoint) {
        return snmp_text(pdu.outlet_name(outlet - 1));
    };
    const auto watts = [outlet](const PduLoad& pdu, TimePoint now) {
        return pdu.outlet_watts(outlet - 1, now);
    };
    const Oid switched = extend(rpdu2, {9, 2, 3, 1});
    layout.add_integer(switched, {1, outlet}, outlet);
    layout.add_integer(switched, {2, outlet}, 1);
    layout.add(switched, {3, outlet}, name);
    layout.add_integer(switched, {4, outlet}, outlet);
    layout.add_integer(switched, {5, outlet}, 2);  // the relay is closed
    const Oid metered = extend(rpdu2, {9, 4, 3, 1});
    layout.add_integer(metered, {1, outlet}, outlet);
    layout.add_integer(metered, {2, outlet}, 1);
    layout.add(metered, {3, outlet}, name);
    layout.add_integer(metered, {4, outlet}, outlet);
    layout.add_integer(metered, {5, outlet}, 2);
    layout.add_number(metered, {6, outlet}, 10, [watts](const PduLoad& pdu, TimePoint now) {
        return pdu.amperes(watts(pdu, now));
    });
    layout.add_number(metered, {7, outlet}, 1, watts);
    layout.add_number(
        metered, {11, outlet}, 1 / tenth_kilowatt_hour,
        [outlet](const PduLoad& pdu, TimePoint now) { return pdu.outlet_joules(outlet - 1, now); });
}

}  // namespace

/// PowerNet-MIB, rPDU2: power of device and phases in 10 W, of outlets in W; current in 0.1 A;
/// energy in 0.1 kWh.
MibLayout apc_rpdu2_layout(const PduLoad& load) {
    const Oid apc = {1, 3, 6, 1, 4, 1, 318};
    const Oid rpdu2 = extend(apc, {1, 1, 26});
    MibLayout layout;
    layout.add_system("APC Web/SNMP Management Card (simulated) MN:AP8959",
                      extend(apc, {1, 3, 4, 6}));
    add_device(layout, rpdu2, load);
    for (Index phase = 1; phase <= load.phases; ++phase)
        add_phase(layout, rpdu2, phase, load.rating_amperes);
    for (Index outlet = 1; outlet <= load.outlets.size(); ++outlet)
        add_outlet(layout, rpdu2, outlet);
    layout.sort();
    return layout;
}

}  // namespace frugald::room
