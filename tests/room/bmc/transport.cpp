#include "tests/room/bmc/command.h"

namespace frugald::room {

namespace {

/// Get LAN Configuration Parameters (IPMI 2.0, 23.2): the few that a room has an answer for.
Completion lan_parameter(CommandContext& context, View request, Packet& answer) {
    constexpr std::uint8_t address_source = 4, hardware_address = 5, subnet_mask = 6;
    answer.put8(0x11);
    if ((request[0] & 0x80) != 0) return Completion::ok;  // only the revision was asked for
    switch (request[1]) {
        case 0:  // no change under way
            answer.put8(0);
            return Completion::ok;
        case address_source:
            answer.put8(1);
            return Completion::ok;
        case hardware_address:
            answer.put16(0x0002);  // a locally administered address
            answer.put32(static_cast<std::uint32_t>(context.node.seed));
            return Completion::ok;
        case subnet_mask:
            answer.put32(0x000000ff);
            return Completion::ok;
        default:
            answer.clear();
            return Completion::parameter_unsupported;
    }
}

constexpr std::array commands = {Command{transport_function, 0x02, 3, 4, false, lan_parameter}};

}  // namespace

std::span<const Command> transport_commands() { return commands; }

}  // namespace frugald::room
