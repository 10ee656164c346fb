#include "plugins/ipmi/quick_command.h"

namespace frugald::ipmi {

bool QuickCommand::start(const Request& request) {
    request_ = &request;
    attempts_ = {bmc_.next_request(), 0};
    return bmc_.begin(*this);
}

Bytes QuickCommand::next_packet() { return bmc_.dialogue().say(*request_, attempts_); }

bool QuickCommand::receive(Bytes packet) {
    const Dialogue dialogue = bmc_.dialogue();
    return dialogue.hear(*request_, attempts_, packet, dialogue.network.incoming) != Heard::nothing;
}

void QuickCommand::ended(Ending how) {
    const Result<void> done = bmc_.finish(how);
    if (done)
        answered(bmc_.dialogue().network.incoming);
    else
        unanswered(done.error());
}

}  // namespace frugald::ipmi
