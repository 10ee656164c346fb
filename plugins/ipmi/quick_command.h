#pragma once

#include "plugins/ipmi/bmc.h"

namespace frugald::ipmi {

/// A command in the usual case, asked thousands of times a second: the session is open and nothing
/// else is under way with this BMC. No coroutine and no allocation; everything unusual is
/// `Bmc::ask`'s business.
class QuickCommand : public Exchange {
public:
    explicit QuickCommand(Bmc& bmc) : bmc_(bmc) {}

    /// False: not now, ask the usual way. Else `answered` or `unanswered` will be called, once.
    /// `request` must live until then; it is for the BMC itself, and harmless when sent twice.
    bool start(const Request& request);

protected:
    /// The BMC is free for the next command, also for this one's.
    virtual void answered(const Answer& answer) = 0;
    virtual void unanswered(const Error& error) = 0;

private:
    Bytes next_packet() override;
    bool receive(Bytes packet) override;
    void ended(Ending how) override;

    Bmc& bmc_;
    const Request* request_ = nullptr;
    Attempts attempts_;
};

}  // namespace frugald::ipmi
