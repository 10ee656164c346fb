#pragma once

#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

/// The rqSeq values one request was sent under: `count` of them from `first`, modulo 64. Late
/// answers to earlier attempts at the same request are answers too.
struct Attempts {
    std::uint8_t first = 0;
    std::uint8_t count = 0;

    bool include(std::uint8_t rq_seq) const { return ((rq_seq - first) & 0x3f) < count; }
};

/// Whether `message` answers `request`, sent by these attempts: a late answer taken for the next
/// request's is the bug that puts one sensor's watts under another's name.
inline bool answers(const Message& message, const Request& request, Attempts attempts) {
    return attempts.include(message.rq_seq) && message.net_fn == request.net_fn + 1 &&
           message.command == request.bytes[0];
}

/// Send Message (IPMI 2.0, 22.7) that has the BMC pass `request` on to its target and track the
/// answer, which comes back as a packet of its own with the same rqSeq (6.13.3).
Request send_message(const Request& request, std::uint8_t rq_seq);

}  // namespace frugald::ipmi
