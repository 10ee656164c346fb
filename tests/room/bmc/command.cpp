#include "tests/room/bmc/command.h"

namespace frugald::room {

namespace {

std::span<const Command> commands_of(std::uint8_t function) {
    switch (function) {
        case chassis_function:
            return chassis_commands();
        case sensor_function:
            return sensor_commands();
        case app_function:
            return application_commands();
        case storage_function:
            return storage_commands();
        case transport_function:
            return transport_commands();
        case group_function:
            return dcmi_commands();
        default:
            return {};
    }
}

}  // namespace

const Command* find_command(std::uint8_t function, std::uint8_t number, bool node_manager) {
    for (const Command& command : node_manager ? node_manager_commands() : commands_of(function))
        if (command.function == function && command.number == number) return &command;
    return nullptr;
}

}  // namespace frugald::room
