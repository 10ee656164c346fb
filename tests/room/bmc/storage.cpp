#include "tests/room/bmc/command.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t version = 0x51;
constexpr std::uint16_t last_record = 0xffff;

Completion repository_info(CommandContext& context, View, Packet& answer) {
    answer.put8(version);
    answer.put16(static_cast<unsigned>(context.node.kind->sensors.records().size()));
    answer.put16(0xffff);  // free space: not told
    answer.put32(context.node.sdr_time);
    answer.put32(context.node.sdr_time);
    answer.put8(0x22);  // reservations; updates while running
    return Completion::ok;
}

Completion reserve(CommandContext& context, View, Packet& answer) {
    if (++context.node.sdr_reservation == 0) context.node.sdr_reservation = 1;
    answer.put16(context.node.sdr_reservation);
    return Completion::ok;
}

Completion get_record(CommandContext& context, View request, Packet& answer) {
    constexpr std::size_t whole_record = 0xff;
    const auto& records = context.node.kind->sensors.records();
    const unsigned reservation = little16(request, 0);
    unsigned id = little16(request, 2);
    const std::size_t offset = request[4];
    if (id == 0) id = 1;
    if (id == last_record) id = static_cast<unsigned>(records.size());
    if (id > records.size()) return Completion::no_such_record;
    if (offset != 0 && reservation != context.node.sdr_reservation)
        return Completion::reservation_lost;
    const View record(records[id - 1]);
    const std::size_t size = request[5] == whole_record && offset == 0 ? record.size() : request[5];
    if (offset > record.size()) return Completion::out_of_range;
    answer.put16(id == records.size() ? last_record : id + 1);
    answer.put(record.subspan(offset, std::min(size, record.size() - offset)));
    return Completion::ok;
}

Completion event_log_info(CommandContext& context, View, Packet& answer) {
    answer.put8(version);
    answer.put16(0);
    answer.put16(0xffff);
    answer.put32(context.node.sdr_time);
    answer.put32(0);
    answer.put8(0x02);
    return Completion::ok;
}

Completion event_log_entry(CommandContext&, View, Packet&) { return Completion::no_such_record; }

Completion clock(CommandContext&, View, Packet& answer) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    answer.put32(
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count()));
    return Completion::ok;
}

constexpr std::array commands = {
    Command{storage_function, 0x20, 2, 0, false, repository_info},
    Command{storage_function, 0x22, 2, 0, false, reserve},
    Command{storage_function, 0x23, 2, 6, false, get_record},
    Command{storage_function, 0x28, 2, 0, false, clock},
    Command{storage_function, 0x40, 2, 0, false, event_log_info},
    Command{storage_function, 0x42, 2, 0, false, reserve},
    Command{storage_function, 0x43, 2, 6, false, event_log_entry},
    Command{storage_function, 0x48, 2, 0, false, clock},
};

}  // namespace

std::span<const Command> storage_commands() { return commands; }

}  // namespace frugald::room
