#pragma once

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/link.h"
#include "plugins/ipmi/matching.h"

namespace frugald::ipmi {

/// One command inside a session. Each attempt has its own session sequence number and rqSeq; the
/// answer to any of them counts, because it answers the same request. A command for a satellite
/// has two answers: the BMC's that it passed it on, and the satellite's.
class CommandExchange : public Exchange {
public:
    /// `still_wanted`, if given, is asked before each packet is made.
    CommandExchange(Network& network, Codec& codec, Session& session, const Request& request,
                    Tolerance tolerance, std::uint8_t& forged_in_a_row,
                    const StillWanted* still_wanted = nullptr)
        : network_(network),
          codec_(codec),
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
    bool session_broken() const { return forged_in_a_row_ >= most_forged; }
    /// Whoever asked for it has changed his mind, and nothing was sent since.
    bool withdrawn() const { return withdrawn_; }
    const Answer& answer() const { return answer_; }

    static constexpr std::uint8_t most_forged = 3;

private:
    bool take(const Message& message);

    Network& network_;
    Codec& codec_;
    Session& session_;
    const Request& request_;
    Tolerance tolerance_;
    std::uint8_t& forged_in_a_row_;
    const StillWanted* still_wanted_;
    bool withdrawn_ = false;
    Attempts attempts_;
    Answer answer_;
};

}  // namespace frugald::ipmi
