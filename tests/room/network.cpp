#include "tests/room/network.h"

#include <vector>

namespace frugald::room {

bool Network::arrives(const Faults& faults) {
    return !faults.has(FaultKind::dead) && !random_.chance(faults.value(FaultKind::loss));
}

void Network::answer(UdpSocket& socket, const Faults& faults, View datagram, const Route& route) {
    if (!faults.any()) return socket.send(datagram, route);
    if (faults.has(FaultKind::mute) || random_.chance(faults.value(FaultKind::loss))) return;
    double delay_ms = faults.value(FaultKind::delay);
    if (faults.has(FaultKind::reorder)) {
        // every second answer waits, so that the next one overtakes it
        hold_back_ = !hold_back_;
        if (hold_back_) delay_ms += faults.value(FaultKind::reorder);
    }
    const int copies = random_.chance(faults.value(FaultKind::duplicate)) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        if (delay_ms <= 0)
            socket.send(datagram, route);
        else
            later(socket, Seconds(delay_ms / 1000), datagram, route);
    }
}

void Network::later(UdpSocket& socket, Seconds delay, View datagram, const Route& route) {
    loop_.in(delay,
             [&socket, route, bytes = std::vector<std::uint8_t>(datagram.begin(), datagram.end())] {
                 socket.send(bytes, route);
                 socket.flush();
             });
}

}  // namespace frugald::room
