#pragma once

#include "daemon/core/units.h"
#include "tests/room/faults.h"
#include "tests/room/loop.h"
#include "tests/room/random.h"
#include "tests/room/udp.h"

namespace frugald::room {

/// The network between a device and its clients, with its faults: datagrams are lost, late,
/// doubled, overtaken.
class Network {
public:
    Network(Loop& loop, std::uint64_t seed) : loop_(loop), random_(seed) {}

    /// False when the request is lost on its way in.
    bool arrives(const Faults& faults);
    void answer(UdpSocket& socket, const Faults& faults, View datagram, const Route& route);

private:
    void later(UdpSocket& socket, Seconds delay, View datagram, const Route& route);

    Loop& loop_;
    Random random_;
    bool hold_back_ = false;
};

}  // namespace frugald::room
