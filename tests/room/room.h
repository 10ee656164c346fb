#pragma once

#include <map>
#include <memory>
#include <vector>

#include "tests/room/bmc/bmc.h"
#include "tests/room/commands.h"
#include "tests/room/control.h"
#include "tests/room/inventory.h"
#include "tests/room/machine/machines.h"
#include "tests/room/meter/modbus.h"
#include "tests/room/network.h"
#include "tests/room/plan.h"

namespace frugald::room {

/// The machine room: everything in one process and one thread.
class Room {
public:
    /// Binds every socket and powers the nodes that shall be on. The error names what is taken.
    static Result<std::unique_ptr<Room>> open(RoomPlan plan);
    ~Room();
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

    /// Until `stop`, which may come from another thread or a signal handler; then every machine
    /// is cut.
    void run();
    void stop() { loop_.stop(); }

private:
    explicit Room(RoomPlan plan);
    Result<void> build();
    Result<void> add_nodes();
    Result<void> add_pdus();
    Result<void> add_pdus_of(const PduPlan& plan);
    Result<std::unique_ptr<PduLoad>> load_of(const PduPlan& plan, std::size_t number);
    std::map<std::string, unsigned> count_plugs() const;
    Result<void> add_meters();
    Result<UdpSocket*> socket_at(std::uint16_t port);
    void receive(UdpSocket& socket);
    void answer(UdpSocket& socket, Node& node, View datagram, const Route& route);
    void answer(UdpSocket& socket, Pdu& pdu, View datagram, const Route& route);
    void cut_machines();

    RoomPlan plan_;
    Loop loop_;
    Journal journal_;
    Machines machines_;
    Chassis chassis_;
    Firmware firmware_;
    Network network_;
    std::vector<std::unique_ptr<UdpSocket>> sockets_;
    std::vector<Range> bmc_ranges_;
    std::vector<Range> pdu_ranges_;
    std::map<std::string, unsigned> plugs_;  // on how many outlets each node hangs
    Inventory inventory_;
    RoomCommands commands_;
    std::vector<std::unique_ptr<ModbusServer>> modbus_;
    std::unique_ptr<ControlServer> control_;
    Packet answer_;
};

}  // namespace frugald::room
