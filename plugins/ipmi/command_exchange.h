#pragma once

#include "plugins/ipmi/link.h"

namespace frugald::ipmi {

/// One command inside a session. Each attempt has its own session sequence number and rqSeq; the
/// answer to any of them counts, because it answers the same request.
class CommandExchange : public Exchange {
public:
    CommandExchange(Network& network, Session& session, const Request& request,
                    Codec::Tolerance tolerance, unsigned& forged_in_a_row)
        : network_(network),
          session_(session),
          request_(request),
          tolerance_(tolerance),
          forged_in_a_row_(forged_in_a_row),
          attempts_{session.next_request, 0} {}

    Bytes next_packet() override;
    bool receive(Bytes packet) override;

    /// Three packets in a row had a wrong HMAC: there is no answer, and the session is no good.
    bool session_broken() const { return forged_in_a_row_ >= 3; }
    const Answer& answer() const { return answer_; }

private:
    Network& network_;
    Session& session_;
    const Request& request_;
    Codec::Tolerance tolerance_;
    unsigned& forged_in_a_row_;
    Attempts attempts_;
    Packet packet_;
    Answer answer_;
};

}  // namespace frugald::ipmi
