#pragma once

#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/message.h"
#include "plugins/ipmi/session.h"

namespace frugald::ipmi {

/// What became of a packet that claims to be an answer.
enum class Verdict {
    accepted,
    foreign,    // of another session, request or attempt, or seen before: drop it
    malformed,  // not a packet of the protocol: drop it
    forged,     // its HMAC is wrong: drop it, and believe nothing in it
};

/// The rqSeq values one request was sent under: `count` of them from `first`, modulo 64. Late
/// answers to earlier attempts at the same request are answers too.
struct Attempts {
    std::uint8_t first = 0;
    std::uint8_t count = 0;

    bool include(std::uint8_t rq_seq) const { return ((rq_seq - first) & 0x3f) < count; }
};

/// Commands inside a session to packets and back, by FreeIPMI's packet functions. One of these
/// serves all sessions of a thread; nothing in it outlives a call.
class Codec {
public:
    Codec();

    /// Takes the session's next sequence number; `rq_seq` is the caller's. False when libfreeipmi
    /// cannot (no file descriptor left for /dev/urandom).
    bool wrap(Session& session, const Request& request, std::uint8_t rq_seq, Packet& packet);

    /// Fills `answer` only when accepted: authenticated, encrypted, of this session and inside
    /// its receive window, and the answer to one of `attempts` at `request`.
    /// `ignore_checksum` is the workaround "nochecksumcheck", `zero_id` is "idzero".
    struct Tolerance {
        bool ignore_checksum = false;
        bool zero_id = false;
    };
    Verdict unwrap(Session& session, const Request& request, Attempts attempts, Tolerance tolerance,
                   Bytes packet, Answer& answer);

private:
    bool authentic(const Session& session, Bytes packet) const;

    Fiid rmcp_header_, session_header_, payload_, session_trailer_;
    Fiid request_header_, answer_header_, answer_trailer_, request_, answer_;
};

}  // namespace frugald::ipmi
