#pragma once

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

/// What a BMC's habits make necessary, by FreeIPMI's names of workarounds.
struct Tolerance {
    bool ignore_checksum = false;  // nochecksumcheck
    bool zero_id = false;          // idzero
};

/// Commands inside a session to packets and back (IPMI 2.0, 13.6 and 13.28 to 13.32). One of these
/// serves all sessions of a thread; nothing in it outlives a call, but the data of a message.
class Codec {
public:
    virtual ~Codec() = default;

    /// Takes the session's next sequence number; `rq_seq` is the caller's. The request's target is
    /// not looked at: what is bridged is wrapped before. False when the library below fails.
    virtual bool wrap(Session& session, const Request& request, std::uint8_t rq_seq,
                      Packet& packet) = 0;

    /// Fills `message` only when accepted: authenticated, encrypted, of this session, inside its
    /// receive window and well-formed. Whose answer it is remains to be seen.
    virtual Verdict unwrap(Session& session, Tolerance tolerance, Bytes packet,
                           Message& message) = 0;
};

/// Whether a packet can be an answer inside `session`: before anything else looks at it, because
/// the flags in its header decide what is checked and are not the sender's to choose.
bool claims_session(Bytes packet, const Session& session, bool zero_id);

}  // namespace frugald::ipmi
