#pragma once

#include "tests/room/bmc/packet.h"
#include "tests/room/node.h"
#include "tests/room/random.h"

namespace frugald::room {

using Guid = std::array<std::uint8_t, 16>;
/// Of the node, a function of name and seed; the fault `guid` makes it one of
/// the number alone: equal numbers, equal GUIDs.
Guid guid_of(const Node& node);

/// The RMCP+ session set-up of one BMC (IPMI 2.0, 13.17 to 13.24). Each call writes the payload of
/// the answer; an empty one means "no answer".
class SessionSetup {
public:
    SessionSetup(Crypto& crypto, Random& random) : crypto_(crypto), random_(random) {}

    void open_session(Node& node, View payload, TimePoint now, Packet& out);
    void rakp1(Node& node, View payload, TimePoint now, Packet& out);
    void rakp3(Node& node, View payload, TimePoint now, Packet& out);

private:
    void derive_keys(const Node& node, Session& session, View key);

    Crypto& crypto_;
    Random& random_;
};

}  // namespace frugald::room
