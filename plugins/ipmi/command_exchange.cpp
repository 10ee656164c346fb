#include "plugins/ipmi/command_exchange.h"

namespace frugald::ipmi {

Bytes CommandExchange::next_packet() {
    withdrawn_ = withdrawn_ || (still_wanted_ && *still_wanted_ && !(*still_wanted_)());
    if (withdrawn_) return {};
    const std::uint8_t rq_seq = session_.next_request;
    session_.next_request = (session_.next_request + 1) & 0x3f;
    ++attempts_.count;
    const bool wrapped =
        request_.target.bridged()
            ? codec_.wrap(session_, send_message(request_, rq_seq), rq_seq, network_.outgoing)
            : codec_.wrap(session_, request_, rq_seq, network_.outgoing);
    if (!wrapped) return {};
    return network_.outgoing;
}

bool CommandExchange::receive(Bytes packet) {
    Message message;
    switch (codec_.unwrap(session_, tolerance_, packet, message)) {
        case Verdict::accepted:
            forged_in_a_row_ = 0;
            return take(message);
        case Verdict::forged:
            ++network_.counters.forged;
            ++forged_in_a_row_;
            return session_broken();
        case Verdict::foreign:
        case Verdict::malformed:
            break;
    }
    ++network_.counters.foreign;
    return false;
}

bool CommandExchange::take(const Message& message) {
    const bool own = answers(message, request_, attempts_);
    // That a message was passed on is not yet its answer; that it was refused is the end of it.
    const bool passed_on = request_.target.bridged() && !own &&
                           answers(message, send_message(request_, message.rq_seq), attempts_);
    if (!own && !passed_on) ++network_.counters.foreign;
    if (!own && (!passed_on || message.completion_code == 0)) return false;
    answer_.completion_code = message.completion_code;
    answer_.data.assign(message.data);
    return true;
}

}  // namespace frugald::ipmi
