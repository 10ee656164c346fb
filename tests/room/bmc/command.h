#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/room/bmc/packet.h"
#include "tests/room/journal.h"
#include "tests/room/node.h"

namespace frugald::room {

class Chassis;

/// Completion codes, IPMI 2.0 table 5-2.
enum class Completion : std::uint8_t {
    ok = 0x00,
    parameter_unsupported = 0x80,  // command-specific; also DCMI's "no active limit"
    invalid_command = 0xc1,
    reservation_lost = 0xc5,
    wrong_length = 0xc7,
    out_of_range = 0xc9,
    too_long = 0xca,
    no_such_record = 0xcb,
    invalid_field = 0xcc,
    no_privilege = 0xd4,
    no_such_controller = 0x83,  // Send Message: nobody acknowledges on the bus
    not_in_this_state = 0xd5,
    unspecified = 0xff,
};

/// What a command works on.
struct CommandContext {
    Node& node;
    Chassis& chassis;
    Journal& journal;
    TimePoint now;
    Session* session;  // null outside a session
    std::string_view user;
    // what happens once the answer, which the session still signs, is written
    bool closes = false;
    bool restarts = false;
    std::optional<Request> passed_on{};  // to the Node Manager, which answers by itself
    bool for_node_manager = false;
};

/// One command of the BMC: reads `request`, appends its answer's data.
using CommandFunction = Completion (*)(CommandContext& context, View request, Packet& answer);

struct Command {
    std::uint8_t function = 0;
    std::uint8_t number = 0;
    std::uint8_t privilege = 0;  // least; 0: also outside a session
    std::uint8_t least_size = 0;
    bool acts = false;  // changes something: faults `ignore` and `bmcerror` apply, journalled
    CommandFunction run = nullptr;
};

inline constexpr std::uint8_t chassis_function = 0x00, sensor_function = 0x04, app_function = 0x06,
                              storage_function = 0x0a, transport_function = 0x0c,
                              group_function = 0x2c, oem_function = 0x2e;

std::span<const Command> application_commands();
std::span<const Command> chassis_commands();
std::span<const Command> sensor_commands();
std::span<const Command> storage_commands();
std::span<const Command> transport_commands();
std::span<const Command> dcmi_commands();
std::span<const Command> node_manager_commands();

/// Null when the BMC, or the Node Manager behind it, does not know it.
const Command* find_command(std::uint8_t function, std::uint8_t number, bool node_manager = false);

}  // namespace frugald::room
