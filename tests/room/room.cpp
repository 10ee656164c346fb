#include "tests/room/room.h"

#include <fmt/format.h>

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

Result<void> Room::build() {
    if (const auto added = add_nodes(); !added) return added;
    if (plan_.control.empty()) return {};
    auto control = ControlServer::open(
        loop_, plan_.control,
        [this](const std::vector<std::string>& words) { return commands_.run(words); });
    if (!control) return tl::unexpected<Error>(control.error());
    control_ = std::move(*control);
    return {};
}

Result<void> Room::add_nodes() {
    std::size_t total = 0;
    for (const BmcPlan& bmcs : plan_.bmcs) total += bmcs.nodes.size();
    inventory_.nodes.reserve(total);
    std::vector<Node*> start;
    for (const BmcPlan& bmcs : plan_.bmcs) {
        const auto socket = socket_at(bmcs.port);
        if (!socket) return tl::unexpected<Error>(socket.error());
        const auto first = static_cast<std::uint32_t>(inventory_.nodes.size());
        ranges_.push_back(
            {bmcs.address, static_cast<std::uint32_t>(bmcs.nodes.size()), first, bmcs.port});
        for (const std::string& name : bmcs.nodes) {
            const auto index = static_cast<std::uint32_t>(inventory_.nodes.size());
            const bool on_now = bmcs.powered && bmcs.kind.machine.empty();
            Node& node = inventory_.nodes.emplace_back(
                name, index, bmcs.kind, mix(plan_.seed ^ (index + 1ULL)), on_now, loop_.now());
            node.restart_bmc(loop_.now(), Seconds(0));
            if (!inventory_.names.emplace(node.name, index).second)
                return fail(Fault::invalid, fmt::format("node {} is in two [[bmcs]]", name));
            if (bmcs.powered && !on_now) start.push_back(&node);
        }
    }
    for (Node* node : start) chassis_.command(*node, ChassisAction::on);
    return {};
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
        for (const Range& range : ranges_)
            if (range.holds(route.local, socket.port()))
                return answer(socket, inventory_.nodes[range.index + route.local - range.first],
                              datagram, route);
    });
}

void Room::answer(UdpSocket& socket, Node& node, View datagram, const Route& route) {
    if (node.faults.any() && !network_.arrives(node.faults)) return;
    answer_.clear();
    firmware_.answer(node, datagram, loop_.now(), answer_);
    if (answer_.size() > 0) network_.answer(socket, node.faults, answer_.view(), route);
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
