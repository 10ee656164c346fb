#pragma once

#include "daemon/ports/actuator.h"
#include "plugins/ipmi/dialogue.h"
#include "plugins/ipmi/link.h"

namespace frugald::ipmi {

/// One command inside a session. Each attempt has its own session sequence number and rqSeq; the
/// answer to any of them counts, because it answers the same request.
class CommandExchange : public Exchange {
public:
    /// `still_wanted`, if given, is asked before each packet is made.
    CommandExchange(const Dialogue& dialogue, const Request& request,
                    const StillWanted* still_wanted = nullptr)
        : dialogue_(dialogue),
          request_(request),
          still_wanted_(still_wanted),
          attempts_{dialogue.session.next_request, 0} {}

    Bytes next_packet() override {
        withdrawn_ = withdrawn_ || (still_wanted_ && *still_wanted_ && !(*still_wanted_)());
        return withdrawn_ ? Bytes() : dialogue_.say(request_, attempts_);
    }
    bool urgent() const override { return still_wanted_ != nullptr; }
    bool receive(Bytes packet) override {
        return dialogue_.hear(request_, attempts_, packet, answer_) != Heard::nothing;
    }

    /// Whoever asked for it has changed his mind, and nothing was sent since.
    bool withdrawn() const { return withdrawn_; }
    const Answer& answer() const { return answer_; }

private:
    Dialogue dialogue_;
    const Request& request_;
    const StillWanted* still_wanted_;
    bool withdrawn_ = false;
    Attempts attempts_;
    Answer answer_;
};

}  // namespace frugald::ipmi
