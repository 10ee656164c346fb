#pragma once

#include <string>
#include <vector>

#include "daemon/engine/actuation.h"
#include "daemon/hook/message.h"

namespace frugald {

/// Turns what Slurm's programs hand over into journalled requests, one per node.
class Intake {
public:
    Intake(Tools tools, Actuation& actuation) : tools_(tools), actuation_(actuation) {}

    /// Acknowledged only when every request is on disk. Refused only when nothing in it can be
    /// understood, or nothing could be written.
    asio::awaitable<hook::Ack> take(hook::Message message);
    /// The same for a message that waited in the spool: too old ones become an event.
    asio::awaitable<bool> take_spooled(hook::Message message);
    /// The open requests of the last run of the daemon. None is sent again blindly: each starts
    /// by looking at the chassis.
    /// `switched_on`: node, and the action that has sent "chassis on".
    asio::awaitable<void> reopen(std::vector<ActionRow> open,
                                 std::vector<std::pair<std::string, std::string>> switched_on);

private:
    IntentPtr make(Wish wish, const std::string& node, WallTime called_at) const;
    Instant deadline(Wish wish, const std::string& node, Instant asked) const;
    void report_unknown(hook::Verb verb, const std::vector<std::string>& nodes);
    bool repeats(const Intent& intent) const;

    Tools tools_;
    Actuation& actuation_;
};

}  // namespace frugald
