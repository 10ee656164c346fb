#include "tests/room/bmc/command.h"
#include "tests/room/bmc/records.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t version = 0x51;

bool has_repository(const CommandContext& context) {
    return !context.node.faults.has(FaultKind::no_repository);
}

Completion repository_info(CommandContext& context, View, Packet& answer) {
    if (!has_repository(context)) return Completion::invalid_command;
    answer.put8(version);
    answer.put16(static_cast<unsigned>(context.node.sensors().records().size()));
    answer.put16(0xffff);  // free space: not told
    const bool timeless = context.node.faults.has(FaultKind::timeless);
    const std::uint32_t time = timeless ? 0 : context.node.sdr_time;
    answer.put32(time);
    answer.put32(time);
    answer.put8(0x22);  // reservations; updates while running
    return Completion::ok;
}

Completion reserve(CommandContext& context, View, Packet& answer) {
    return has_repository(context) ? reserve_records(context, answer) : Completion::invalid_command;
}

Completion get_record(CommandContext& context, View request, Packet& answer) {
    return has_repository(context) ? hand_out_record(context, request, answer)
                                   : Completion::invalid_command;
}

Completion reserve_event_log(CommandContext& context, View, Packet& answer) {
    return reserve_records(context, answer);
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
    Command{storage_function, 0x42, 2, 0, false, reserve_event_log},
    Command{storage_function, 0x43, 2, 6, false, event_log_entry},
    Command{storage_function, 0x48, 2, 0, false, clock},
};

}  // namespace

std::span<const Command> storage_commands() { return commands; }

}  // namespace frugald::room
