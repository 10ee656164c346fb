#include <algorithm>

#include "tests/room/bmc/command.h"
#include "tests/room/bmc/handshake.h"
#include "tests/room/bmc/node_manager.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t lan_channel = 1, this_channel = 0x0e;
constexpr std::uint8_t user_privilege = 2, administrator = 4;

Completion device_id(CommandContext& context, View, Packet& answer) {
    answer.put8(0x20);
    answer.put8(0x01);  // revision 1; the SDRs are in the repository, not the device
    answer.put8(0x01);
    const auto minor = static_cast<unsigned>(context.node.faults.value(FaultKind::firmware));
    answer.put8(minor / 10 * 16 + minor % 10);  // firmware 1.00, in BCD
    answer.put8(0x02);                          // IPMI 2.0
    answer.put8(0x83);                          // chassis, SDR repository, sensors
    answer.put16(context.node.kind->manufacturer & 0xffff);
    answer.put8(context.node.kind->manufacturer >> 16);
    answer.put16(context.node.kind->product);
    answer.fill(4);
    return Completion::ok;
}

Completion self_test(CommandContext&, View, Packet& answer) {
    answer.put16(0x0055);
    return Completion::ok;
}

Completion guid(CommandContext& context, View, Packet& answer) {
    answer.put(guid_of(context.node));
    return Completion::ok;
}

Completion authentication_capabilities(CommandContext& context, View request, Packet& answer) {
    const NodeKind& kind = *context.node.kind;
    const unsigned channel = request[0] & 0x0f;
    if (channel != this_channel && channel != lan_channel) return Completion::invalid_field;
    const bool extended = (request[0] & 0x80) != 0;
    answer.put8(lan_channel);
    answer.put8(extended ? 0x80 : 0x00);  // no session of IPMI 1.5
    // named users; the two-key login is off
    answer.put8(0x04U | (kind.null_user ? 0x02U : 0U) | (kind.anonymous ? 0x01U : 0U));
    answer.put8(0x02);  // sessions of IPMI 2.0
    answer.fill(4);
    return Completion::ok;
}

Completion cipher_suites(CommandContext& context, View request, Packet& answer) {
    constexpr std::size_t piece = 16;
    Packet list;
    if (context.node.kind->suite_0) list.put(std::array<std::uint8_t, 5>{0xc0, 0, 0, 0x40, 0x80});
    for (const Suite suite : context.node.kind->suites) {
        const Algorithms algorithms = algorithms_of(suite);
        list.put8(0xc0);
        list.put8(static_cast<unsigned>(suite));
        list.put8(algorithms.authentication);
        list.put8(0x40U | algorithms.integrity);
        list.put8(0x80U | algorithms.confidentiality);
    }
    const std::size_t from = std::min(list.size(), (request[2] & 0x3f) * piece);
    answer.put8(lan_channel);
    answer.put(list.view(from).first(std::min(piece, list.size() - from)));
    return Completion::ok;
}

Completion set_privilege(CommandContext& context, View request, Packet& answer) {
    constexpr auto exceeds_limit = static_cast<Completion>(0x81);
    const auto asked = static_cast<std::uint8_t>(request[0] & 0x0f);
    if (asked > context.session->most_privilege) return exceeds_limit;
    if (asked >= user_privilege) context.session->privilege = asked;
    answer.put8(context.session->privilege);
    return Completion::ok;
}

Completion close_session(CommandContext& context, View request, Packet&) {
    constexpr auto no_such_session = static_cast<Completion>(0x87);
    const std::uint32_t id = little32(request, 0);
    if (context.node.sessions.find(id, context.now) == nullptr) return no_such_session;
    if (id == context.session->id)
        context.closes = true;
    else
        context.node.sessions.close(id);
    return Completion::ok;
}

Completion session_info(CommandContext& context, View, Packet& answer) {
    answer.put8(static_cast<unsigned>(context.session->id % Sessions::slots) + 1);
    answer.put8(Sessions::slots);
    answer.put8(static_cast<unsigned>(context.node.sessions.count(context.now)));
    answer.put8(2);  // user id
    answer.put8(context.session->privilege);
    answer.put8(0x10 | lan_channel);
    return Completion::ok;
}

Completion channel_access(CommandContext&, View, Packet& answer) {
    answer.put8(0x02);  // always available
    answer.put8(administrator);
    return Completion::ok;
}

Completion channel_info(CommandContext&, View request, Packet& answer) {
    const unsigned channel = request[0] & 0x0f;
    if (channel != this_channel && channel != lan_channel) return Completion::invalid_field;
    answer.put8(lan_channel);
    answer.put8(0x04);  // 802.3 LAN
    answer.put8(0x01);  // IPMB-1.0 messages
    answer.put8(0x80 | Sessions::slots);
    answer.put8(0xf2);
    answer.put16(0x001b);
    answer.fill(2);
    return Completion::ok;
}

Completion user_access(CommandContext& context, View, Packet& answer) {
    answer.put8(2);  // two user ids: the nameless one and ours
    answer.put8(0x41);
    answer.put8(0x01);
    answer.put8(0x30U | context.node.kind->privilege);
    return Completion::ok;
}

Completion user_name(CommandContext& context, View request, Packet& answer) {
    constexpr std::size_t name_size = 16;
    if ((request[0] & 0x3f) == 2) answer.put(as_bytes(context.node.kind->user));
    answer.fill(name_size - std::min(name_size, answer.size()));
    return Completion::ok;
}

/// 22.7, tracked: the answer comes as a packet of its own.
Completion send_message(CommandContext& context, View request, Packet&) {
    constexpr unsigned tracked = 0x40;
    if ((request[0] & 0xf0) != tracked) return Completion::invalid_field;
    const Node& node = context.node;
    const bool there = node.kind->node_manager && !node.faults.has(FaultKind::nm_off) &&
                       (request[0] & 0x0f) == node_manager_channel;
    if (!there || request[1] != node_manager_address) return Completion::no_such_controller;
    context.passed_on = parse_request(request.subspan(1), node_manager_address);
    return context.passed_on ? Completion::ok : Completion::invalid_field;
}

/// The BMC restarts: sessions are gone, the machine itself notices nothing.
Completion cold_reset(CommandContext& context, View, Packet&) {
    context.restarts = true;
    return Completion::ok;
}

constexpr std::array commands = {
    Command{app_function, 0x01, 2, 0, false, device_id},
    Command{app_function, 0x02, 4, 0, true, cold_reset},
    Command{app_function, 0x04, 2, 0, false, self_test},
    Command{app_function, 0x08, 2, 0, false, guid},
    Command{app_function, 0x34, 2, 8, false, send_message},
    Command{app_function, 0x37, 0, 0, false, guid},
    Command{app_function, 0x38, 0, 2, false, authentication_capabilities},
    Command{app_function, 0x3b, 1, 1, false, set_privilege},
    Command{app_function, 0x3c, 1, 4, false, close_session},
    Command{app_function, 0x3d, 1, 1, false, session_info},
    Command{app_function, 0x41, 2, 2, false, channel_access},
    Command{app_function, 0x42, 2, 1, false, channel_info},
    Command{app_function, 0x44, 3, 2, false, user_access},
    Command{app_function, 0x46, 3, 1, false, user_name},
    Command{app_function, 0x54, 0, 3, false, cipher_suites},
};

}  // namespace

std::span<const Command> application_commands() { return commands; }

}  // namespace frugald::room
