#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/room/faults.h"
#include "tests/room/node.h"
#include "tests/room/pdu/mib.h"

namespace frugald::room {

/// An outlet and the node that hangs on it; a node on several outlets loads them equally.
struct Outlet {
    Node* node = nullptr;  // null: nothing plugged in
    double share = 1;
};

/// The electrical side of a live PDU.
struct PduLoad {
    static constexpr double power_factor = 0.96;

    std::string name;
    unsigned phases = 1;
    double volts = 230;
    double rating_amperes = 32;
    std::vector<Outlet> outlets;
    TimePoint started{};

    double outlet_watts(std::size_t outlet, TimePoint now) const;
    double outlet_joules(std::size_t outlet, TimePoint now) const;
    /// Outlets are spread over the phases in turn.
    double phase_watts(std::size_t phase, TimePoint now) const;
    double watts(TimePoint now) const;
    double joules(TimePoint now) const;
    double amperes(double watts) const { return watts / (volts * power_factor); }
    std::string outlet_name(std::size_t outlet) const;
};

/// One PDU of the room: what its agent serves.
struct Pdu {
    std::string name;
    std::string community;
    Faults faults;
    std::unique_ptr<PduLoad> load;  // null when it serves a recording
    std::shared_ptr<const Mib> mib;
};

}  // namespace frugald::room
