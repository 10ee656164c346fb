#pragma once

#include "plugins/ipmi/codec.h"
#include "plugins/ipmi/fiid.h"

namespace frugald::ipmi {

/// The codec made of FreeIPMI's packet functions: proven on many BMCs, with its workarounds.
class FreeipmiCodec : public Codec {
public:
    FreeipmiCodec();

    /// False when libfreeipmi cannot: no file descriptor is left for /dev/urandom.
    bool wrap(Session& session, const Request& request, std::uint8_t rq_seq,
              Packet& packet) override;
    Verdict unwrap(Session& session, Tolerance tolerance, Bytes packet, Message& message) override;

private:
    bool authentic(const Session& session, Bytes packet) const;
    Verdict read_message(Message& message);

    Fiid rmcp_header_, session_header_, payload_, session_trailer_;
    Fiid request_header_, answer_header_, answer_trailer_, request_, answer_;
    std::array<std::uint8_t, Packet::capacity()> data_{};
};

}  // namespace frugald::ipmi
