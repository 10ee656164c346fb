#include "plugins/ipmi/dialogue.h"

namespace frugald::ipmi {

Bytes Dialogue::say(const Request& request, Attempts& attempts) const {
    const std::uint8_t rq_seq = session.next_request;
    session.next_request = (session.next_request + 1) & 0x3f;
    ++attempts.count;
    Packet& packet = network.outgoing;
    const bool wrapped = request.target.bridged()
                             ? codec.wrap(session, send_message(request, rq_seq), rq_seq, packet)
                             : codec.wrap(session, request, rq_seq, packet);
    return wrapped ? Bytes(packet) : Bytes();
}

Heard Dialogue::hear(const Request& request, Attempts attempts, Bytes packet,
                     Answer& answer) const {
    Message message;
    switch (codec.unwrap(session, tolerance, packet, message)) {
        case Verdict::accepted:
            forged_in_a_row = 0;
            if (!is_answer(message, request, attempts)) return Heard::nothing;
            answer.completion_code = message.completion_code;
            answer.data.assign(message.data);
            return Heard::answer;
        case Verdict::forged:
            ++network.counters.forged;
            ++forged_in_a_row;
            return broken() ? Heard::broken : Heard::nothing;
        case Verdict::foreign:
        case Verdict::malformed:
            ++network.counters.foreign;
            return Heard::nothing;
    }
    return Heard::nothing;
}

bool Dialogue::is_answer(const Message& message, const Request& request, Attempts attempts) const {
    if (answers(message, request, attempts)) return true;
    // That a message was passed on is not yet its answer; that it was refused is the end of it.
    if (request.target.bridged() &&
        answers(message, send_message(request, message.rq_seq), attempts))
        return message.completion_code != 0;
    ++network.counters.foreign;
    return false;
}

}  // namespace frugald::ipmi
