#include "tests/room/pdu/pdu.h"

#include <fmt/format.h>

namespace frugald::room {

double PduLoad::outlet_watts(std::size_t outlet, TimePoint now) const {
    const Outlet& plug = outlets[outlet];
    return plug.node != nullptr ? plug.node->power.watts(now) * plug.share : 0;
}

double PduLoad::outlet_joules(std::size_t outlet, TimePoint now) const {
    const Outlet& plug = outlets[outlet];
    return plug.node != nullptr ? plug.node->power.energy(now).value * plug.share : 0;
}

double PduLoad::phase_watts(std::size_t phase, TimePoint now) const {
    double sum = 0;
    for (std::size_t outlet = phase; outlet < outlets.size(); outlet += phases)
        sum += outlet_watts(outlet, now);
    return sum;
}

double PduLoad::watts(TimePoint now) const {
    double sum = 0;
    for (std::size_t outlet = 0; outlet < outlets.size(); ++outlet)
        sum += outlet_watts(outlet, now);
    return sum;
}

double PduLoad::joules(TimePoint now) const {
    double sum = 0;
    for (std::size_t outlet = 0; outlet < outlets.size(); ++outlet)
        sum += outlet_joules(outlet, now);
    return sum;
}

std::string PduLoad::outlet_name(std::size_t outlet) const {
    const Node* node = outlets[outlet].node;
    return node != nullptr ? node->name : fmt::format("Outlet {}", outlet + 1);
}

}  // namespace frugald::room
