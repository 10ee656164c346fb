#include "tests/room/node.h"

namespace frugald::room {

std::vector<Suite> both_suites() { return {Suite::sha256, Suite::sha1}; }

void Node::restart_bmc(TimePoint now, Seconds silent) {
    sessions.close_all();
    change_repository();
    PowerLimit limit = power.limit();
    limit.active = false;
    power.set_limit(limit, now);
    silent_until = now + std::chrono::duration_cast<Clock::duration>(silent);
}

void Node::change_repository() {
    sdr_reservation = 0;
    const auto clock = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock).count();
    const auto fresh = static_cast<std::uint32_t>(seconds);
    // two changes within a second are two timestamps
    sdr_time = fresh > sdr_time ? fresh : sdr_time + 1;
}

}  // namespace frugald::room
