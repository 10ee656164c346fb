#pragma once

#include "tests/room/bmc/command.h"
#include "tests/room/bmc/handshake.h"
#include "tests/room/chassis.h"
#include "tests/room/node.h"

namespace frugald::room {

/// The firmware that all BMCs of the room run: a datagram for a node in, at most one answer out,
/// and one of the Node Manager's behind it.
/// Written from the IPMI 2.0 and DCMI 1.5 specifications alone; nothing is shared with the
/// daemon's own IPMI code, so that a mistake cannot hide on both sides.
class Firmware {
public:
    Firmware(Chassis& chassis, Journal& journal, std::uint64_t seed)
        : chassis_(chassis), journal_(journal), random_(seed) {}

    /// Writes the answer into `out`; left empty when the BMC stays silent.
    void answer(Node& node, View datagram, TimePoint now, Packet& out);
    /// What follows the last answer: that of the controller to which a message was passed on.
    View second_answer() const { return second_.view(); }

private:
    void presence_pong(View datagram, Packet& out);
    void set_up(Node& node, const Envelope& envelope, TimePoint now, Packet& out);
    void outside_session(Node& node, const Envelope& envelope, TimePoint now, Packet& out);
    void in_session(Node& node, View datagram, TimePoint now, Packet& out);
    void write(CommandContext& context, const Envelope& envelope, const Request& request,
               Packet& out);
    bool trusted(const Session& session, const Envelope& envelope);
    /// The whole response message.
    void execute(CommandContext& context, const Request& request, Packet& out);
    Completion act(CommandContext& context, const Command& command, const Request& request,
                   Packet& data);

    Chassis& chassis_;
    Journal& journal_;
    Random random_;
    Packet second_;
    Crypto crypto_;
    SessionSetup setup_{crypto_, random_};
};

}  // namespace frugald::room
