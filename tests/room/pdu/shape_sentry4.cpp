#include <fmt/format.h>

#include "tests/room/pdu/live_mib.h"

namespace frugald::room {

namespace {

using Index = std::uint32_t;

void add_cord(MibLayout& layout, const Oid& sentry4, const PduLoad& load) {
    const Oid configuration = extend(sentry4, {3, 2, 1});
    layout.add_text(configuration, {2, 1, 1}, "AA");
    layout.add_text(configuration, {3, 1, 1}, "Cord_A");
    layout.add_integer(configuration, {10, 1, 1}, static_cast<std::int64_t>(load.rating_amperes));
    layout.add_number(configuration, {12, 1, 1}, 1, [](const PduLoad& pdu, TimePoint) {
        return pdu.rating_amperes * pdu.volts * pdu.phases;
    });
    const Oid monitor = extend(sentry4, {3, 3, 1});
    const auto watts = [](const PduLoad& pdu, TimePoint now) { return pdu.watts(now); };
    layout.add_integer(monitor, {1, 1, 1}, 1);
    layout.add_integer(monitor, {2, 1, 1}, 0);
    layout.add_number(monitor, {3, 1, 1}, 1, watts);
    layout.add_number(monitor, {5, 1, 1}, 1 / PduLoad::power_factor, watts);
    layout.add_number(monitor, {10, 1, 1}, 1 / 360000.0,
                      [](const PduLoad& pdu, TimePoint now) { return pdu.joules(now); });
}

void add_line(MibLayout& layout, const Oid& sentry4, Index line, double rating) {
    const auto watts = [line](const PduLoad& pdu, TimePoint now) {
        return pdu.phase_watts(line - 1, now);
    };
    const auto amperes = [watts](const PduLoad& pdu, TimePoint now) {
        return pdu.amperes(watts(pdu, now));
    };
    const Oid line_configuration = extend(sentry4, {4, 2, 1});
    layout.add_text(line_configuration, {2, 1, 1, line}, fmt::format("AA:L{}", line));
    layout.add_text(line_configuration, {4, 1, 1, line}, fmt::format("Cord_A_Line_{}", line));
    layout.add_integer(line_configuration, {6, 1, 1, line}, static_cast<std::int64_t>(rating));
    layout.add_number(extend(sentry4, {4, 3, 1}), {3, 1, 1, line}, 100, amperes);
    layout.add_text(extend(sentry4, {5, 2, 1}), {2, 1, 1, line}, fmt::format("AA:L{}-N", line));
    const Oid phase_monitor = extend(sentry4, {5, 3, 1});
    layout.add_number(phase_monitor, {3, 1, 1, line}, 10,
                      [](const PduLoad& pdu, TimePoint) { return pdu.volts; });
    layout.add_number(phase_monitor, {6, 1, 1, line}, 100, amperes);
    layout.add_number(phase_monitor, {8, 1, 1, line}, 1, watts);
}

void add_outlet(MibLayout& layout, const Oid& sentry4, Index outlet) {
    const auto watts = [outlet](const PduLoad& pdu, TimePoint now) {
        return pdu.outlet_watts(outlet - 1, now);
    };
    const Oid configuration = extend(sentry4, {8, 2, 1});
    layout.add_text(configuration, {2, 1, 1, outlet}, fmt::format("AA{}", outlet));
    layout.add(configuration, {3, 1, 1, outlet}, [outlet](const PduLoad& pdu, TimePoint) {
        return snmp_text(pdu.outlet_name(outlet - 1));
    });
    layout.add_integer(configuration, {7, 1, 1, outlet}, 10);
    const Oid monitor = extend(sentry4, {8, 3, 1});
    layout.add_integer(monitor, {1, 1, 1, outlet}, 1);
    layout.add_integer(monitor, {2, 1, 1, outlet}, 0);
    layout.add_number(monitor, {3, 1, 1, outlet}, 100, [watts](const PduLoad& pdu, TimePoint now) {
        return pdu.amperes(watts(pdu, now));
    });
    layout.add_number(monitor, {6, 1, 1, outlet}, 10,
                      [](const PduLoad& pdu, TimePoint) { return pdu.volts; });
    layout.add_number(monitor, {7, 1, 1, outlet}, 1, watts);
    layout.add_number(
        monitor, {14, 1, 1, outlet}, 1 / 3600.0,
        [outlet](const PduLoad& pdu, TimePoint now) { return pdu.outlet_joules(outlet - 1, now); });
}

}  // namespace

/// Sentry4-MIB, unit 1, cord 1: watts, 0.01 A, 0.1 V; energy of the cord in 0.1 kWh, of an outlet
/// in Wh.
MibLayout sentry4_layout(const PduLoad& load) {
    const Oid enterprise = {1, 3, 6, 1, 4, 1, 1718, 4};
    const Oid sentry4 = extend(enterprise, {1});
    MibLayout layout;
    layout.add_system("Sentry Smart PDU (simulated)", enterprise);
    add_cord(layout, sentry4, load);
    for (Index line = 1; line <= load.phases; ++line)
        add_line(layout, sentry4, line, load.rating_amperes);
    for (Index outlet = 1; outlet <= load.outlets.size(); ++outlet)
        add_outlet(layout, sentry4, outlet);
    layout.sort();
    return layout;
}

}  // namespace frugald::room
