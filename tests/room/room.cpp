#include "tests/room/room.h"

#include "tests/room/pdu/agent.h"

namespace frugald::room {

namespace {
constexpr std::chrono::seconds patience_with_machines{10};
}

Room::Room(RoomPlan plan)
    : plan_(std::move(plan)),
      machines_(loop_, journal_),
      chassis_(loop_, journal_, machines_),
      firmware_(chassis_, journal_, plan_.seed),
      network_(loop_, mix(plan_.seed)),
      commands_(loop_, journal_, chassis_, inventory_) {
    machines_.on_end([this](Node& node) { chassis_.machine_ended(node); });
}

Room::~Room() {
    cut_machines();
    for (const auto& socket : sockets_) loop_.forget(socket->fd());
}

Result<std::unique_ptr<Room>> Room::open(RoomPlan plan) {
    std::unique_ptr<Room> room(new Room(std::move(plan)));
    if (const auto built = room->build(); !built) return tl::unexpected<Error>(built.error());
    return room;
}

Result<UdpSocket*> Room::socket_at(std::uint16_t port) {
    for (const auto& socket : sockets_)
        if (socket->port() == port) return socket.get();
    auto bound = UdpSocket::bind(port);
    if (!bound) return tl::unexpected<Error>(bound.error());
    UdpSocket* socket = sockets_.emplace_back(std::move(*bound)).get();
    loop_.watch(socket->fd(), [this, socket] { receive(*socket); });
    return socket;
}

void Room::receive(UdpSocket& socket) {
    socket.receive([this, &socket](View datagram, const Route& route) {
        for (const Range& range : bmc_ranges_)
            if (range.holds(route.local, socket.port()))
                return answer(socket, inventory_.nodes[range.at(route.local)], datagram, route);
        for (const Range& range : pdu_ranges_)
            if (range.holds(route.local, socket.port()))
                return answer(socket, inventory_.pdus[range.at(route.local)], datagram, route);
    });
}

void Room::answer(UdpSocket& socket, Node& node, View datagram, const Route& route) {
    if (node.faults.any() && !network_.arrives(node.faults)) return;
    answer_.clear();
    firmware_.answer(node, datagram, loop_.now(), answer_);
    if (answer_.size() > 0) network_.answer(socket, node.faults, answer_.view(), route);
    const View second = firmware_.second_answer();
    if (!second.empty()) network_.answer(socket, node.faults, second, route);
}

void Room::answer(UdpSocket& socket, Pdu& pdu, View datagram, const Route& route) {
    if (pdu.faults.any() && !network_.arrives(pdu.faults)) return;
    const std::string text =
        answer_snmp(datagram, *pdu.mib, pdu.community, pdu.faults, loop_.now());
    if (!text.empty()) network_.answer(socket, pdu.faults, as_bytes(text), route);
}

void Room::run() {
    loop_.run();
    cut_machines();
}

void Room::cut_machines() {
    control_.reset();
    for (Node& node : inventory_.nodes) {
        ++node.power_generation;  // no cycle comes back on
        machines_.cut(node);
    }
    if (machines_.running() == 0) return;
    machines_.on_end([this](Node&) {
        if (machines_.running() == 0) loop_.stop();
    });
    loop_.in(patience_with_machines, [this] { loop_.stop(); });
    loop_.run();
}

}  // namespace frugald::room
