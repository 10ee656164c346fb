#include "plugins/ipmi/command_exchange.h"

namespace frugald::ipmi {

Bytes CommandExchange::next_packet() {
    withdrawn_ = withdrawn_ || (still_wanted_ && *still_wanted_ && !(*still_wanted_)());
    if (withdrawn_) return {};
    const std::uint8_t rq_seq = session_.next_request;
    session_.next_request = (session_.next_request + 1) & 0x3f;
    ++attempts_.count;
    if (!network_.codec.wrap(session_, request_, rq_seq, packet_)) return {};
    return packet_;
}

bool CommandExchange::receive(Bytes packet) {
    switch (network_.codec.unwrap(session_, request_, attempts_, tolerance_, packet, answer_)) {
        case Verdict::accepted:
            forged_in_a_row_ = 0;
            return true;
        case Verdict::forged:
            ++network_.counters.forged;
            ++forged_in_a_row_;
            return session_broken();
        case Verdict::foreign:
        case Verdict::malformed:
            ++network_.counters.foreign;
            return false;
    }
    return false;
}

}  // namespace frugald::ipmi
