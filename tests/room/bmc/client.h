#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/room/bmc/packet.h"

namespace frugald::room {

/// The console's side of RMCP+, without the network: what to send, and what to make of the answer.
/// For the room's own tests and its load program.
class Console {
public:
    Console(Crypto& crypto, Suite suite, std::uint32_t id, std::string user, std::string password);

    /// The set-up, in this order; each takes the datagram that answered the one before. Status is
    /// that of the answer (IPMI 2.0 table 13-15), FFh for none.
    Packet open_session() const;
    Packet rakp1(View answer);
    Packet rakp3(View answer);
    void finish(View answer);
    std::uint8_t status() const { return status_; }
    bool ready() const { return ready_; }

    Packet command(std::uint8_t function, std::uint8_t number, View data);
    struct Response {
        std::uint8_t completion = 0;
        std::vector<std::uint8_t> data;
    };
    /// Nothing unless the packet is of this session and its code is right.
    std::optional<Response> read(View datagram);

    std::uint32_t session_id() const { return session_.console_id; }

private:
    /// The payload of an answer to a set-up message that says "ok".
    std::optional<View> accepted(View answer);
    void put_identity(Packet& out) const;

    Crypto& crypto_;
    std::uint32_t id_;
    std::string user_, password_;
    Session session_;  // seen from here: `console_id` is the BMC's
    std::array<std::uint8_t, 16> random_{};
    std::array<std::uint8_t, 16> bmc_random_{};
    std::uint8_t status_ = 0xff;
    bool ready_ = false;
};

}  // namespace frugald::room
