#include "tests/room/bmc/records.h"

namespace frugald::room {

namespace {

constexpr std::uint16_t last_record = 0xffff;
constexpr std::size_t whole_record = 0xff;

/// Faults of a BMC that is updated, or short of memory, while its records are read.
Completion misfortune(Node& node, std::size_t size) {
    const double every = node.faults.value(FaultKind::lost_reservations);
    if (every > 0 && ++node.records_handed_out % static_cast<unsigned>(every) == 0) {
        ++node.sdr_reservation;
        return Completion::reservation_lost;
    }
    const double most = node.faults.value(FaultKind::short_records);
    if (most > 0 && size > static_cast<std::size_t>(most)) return Completion::too_long;
    return Completion::ok;
}

}  // namespace

Completion reserve_records(CommandContext& context, Packet& answer) {
    if (++context.node.sdr_reservation == 0) context.node.sdr_reservation = 1;
    answer.put16(context.node.sdr_reservation);
    return Completion::ok;
}

Completion hand_out_record(CommandContext& context, View request, Packet& answer) {
    Node& node = context.node;
    const auto& records = node.sensors().records();
    const unsigned reservation = little16(request, 0);
    unsigned id = little16(request, 2);
    const std::size_t offset = request[4];
    if (id == 0) id = 1;
    if (id == last_record) id = static_cast<unsigned>(records.size());
    if (id > records.size()) return Completion::no_such_record;
    const Completion refusal = misfortune(node, request[5]);
    if (refusal != Completion::ok) return refusal;
    if (offset != 0 && reservation != node.sdr_reservation) return Completion::reservation_lost;
    const View record(records[id - 1]);
    const std::size_t size = request[5] == whole_record && offset == 0 ? record.size() : request[5];
    if (offset > record.size()) return Completion::out_of_range;
    const unsigned after_last = node.faults.has(FaultKind::endless_records) ? 1 : last_record;
    answer.put16(id == records.size() ? after_last : id + 1);
    answer.put(record.subspan(offset, std::min(size, record.size() - offset)));
    return Completion::ok;
}

}  // namespace frugald::room
