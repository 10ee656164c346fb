#pragma once

#include "plugins/ipmi/matching.h"
#include "plugins/ipmi/network.h"

namespace frugald::ipmi {

/// What a packet brought to whoever waits for an answer.
enum class Heard {
    nothing,  // nothing for this request
    answer,
    broken,  // the third packet in a row with a wrong HMAC: the session is no good
};

/// A session with a BMC, and how to speak in it.
struct Dialogue {
    Network& network;
    Codec& codec;
    Session& session;
    Tolerance tolerance;
    std::uint8_t& forged_in_a_row;

    /// The packet of the next attempt at `request`; valid until the network makes another. Empty:
    /// it cannot be made.
    Bytes say(const Request& request, Attempts& attempts) const;
    /// Fills `answer` when it is one.
    Heard hear(const Request& request, Attempts attempts, Bytes packet, Answer& answer) const;

    bool broken() const { return forged_in_a_row >= most_forged; }
    static constexpr std::uint8_t most_forged = 3;

private:
    bool is_answer(const Message& message, const Request& request, Attempts attempts) const;
};

}  // namespace frugald::ipmi
