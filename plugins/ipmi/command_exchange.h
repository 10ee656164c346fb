#pragma once

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/link.h"

namespace frugald::ipmi {

/// One command inside a session. Each attempt has its own session sequence number and rqSeq; the
/// answer to any of them counts, because it answers the same request.
class CommandExchange : public Exchange {
public:
    /// `still_wanted`, if given, is asked before each packet is made.
    CommandExchange(Network& network, Session& session, const Request& request,
                    Codec::Tolerance tolerance, unsigned& forged_in_a_row,
                    const StillWanted* still_wanted = nullptr)
        : network_(network),
          session_(session),
          request_(request),
          tolerance_(tolerance),
          forged_in_a_row_(forged_in_a_row),
          still_wanted_(still_wanted),
          attempts_{session.next_request, 0} {}

    Bytes next_packet() override;
    bool urgent() const override { return still_wanted_ != nullptr; }
    bool receive(Bytes packet) override;

    /// Three packets in a row had a wrong HMAC: there is no answer, and the session is no good.
    bool session_broken() const { return forged_in_a_row_ >= 3; }
    /// Whoever asked for it has changed his mind, and nothing was sent since.
    bool withdrawn() const { return withdrawn_; }
    const Answer& answer() const { return answer_; }

private:
    Network& network_;
    Session& session_;
    const Request& request_;
    Codec::Tolerance tolerance_;
    unsigned& forged_in_a_row_;
    const StillWanted* still_wanted_;
    bool withdrawn_ = false;
    Attempts attempts_;
    Packet packet_;
    Answer answer_;
};

}  // namespace frugald::ipmi
