#include "tests/room/bmc/command.h"
#include "tests/room/chassis.h"

namespace frugald::room {

namespace {

Completion capabilities(CommandContext&, View, Packet& answer) {
    answer.put8(0x00);
    for (int device = 0; device < 4; ++device) answer.put8(0x20);
    return Completion::ok;
}

Completion status(CommandContext& context, View, Packet& answer) {
    // restore policy: stays off; byte 3 tells how it came on
    answer.put8(context.node.power.on() ? 0x01 : 0x00);
    answer.put8(context.node.last_event);
    answer.put8(0x00);
    return Completion::ok;
}

Completion control(CommandContext& context, View request, Packet&) {
    const unsigned asked = request[0] & 0x0f;
    if (asked > static_cast<unsigned>(ChassisAction::soft)) return Completion::invalid_field;
    const auto action = static_cast<ChassisAction>(asked);
    const bool needs_power = action == ChassisAction::cycle || action == ChassisAction::reset ||
                             action == ChassisAction::diagnostic;
    if (needs_power && !context.node.power.on()) return Completion::not_in_this_state;
    context.chassis.command(context.node, action);
    return Completion::ok;
}

Completion identify(CommandContext&, View, Packet&) { return Completion::ok; }

Completion restart_cause(CommandContext& context, View, Packet& answer) {
    answer.put8(context.node.last_event != 0 ? 0x01 : 0x03);  // a command, or the button
    answer.put8(0x01);
    return Completion::ok;
}

Completion hours_on(CommandContext& context, View, Packet& answer) {
    const auto since = context.now - context.node.power.switched_on_at();
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(since).count();
    answer.put8(60);  // minutes per count
    answer.put32(context.node.power.on() ? static_cast<std::uint32_t>(hours) : 0);
    return Completion::ok;
}

constexpr std::array commands = {
    Command{chassis_function, 0x00, 2, 0, false, capabilities},
    Command{chassis_function, 0x01, 2, 0, false, status},
    Command{chassis_function, 0x02, 3, 1, true, control},
    Command{chassis_function, 0x04, 3, 0, false, identify},
    Command{chassis_function, 0x07, 2, 0, false, restart_cause},
    Command{chassis_function, 0x0f, 2, 0, false, hours_on},
};

}  // namespace

std::span<const Command> chassis_commands() { return commands; }

}  // namespace frugald::room
