#include "tests/room/bmc/bmc.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/room/bmc/node_manager.h"

namespace frugald::room {

namespace {

constexpr std::uint8_t class_asf = 0x06;

/// "chassis_control off", "set_limit 300", ... : what the tests look for in the log.
std::string describe(const Command& command, View data) {
    if (command.function == chassis_function)
        return fmt::format(
            "chassis_control {}",
            (data[0] & 0x0f) > 5 ? "?" : to_string(static_cast<ChassisAction>(data[0] & 0x0f)));
    if (command.function == app_function) return "cold_reset";
    if (command.function == oem_function) return describe_node_manager(command.number, data);
    if (command.number == 0x04)
        return fmt::format("set_limit {} correction_ms={} exception_action={}", little16(data, 5),
                           little32(data, 7), data[4]);
    return (data[1] & 1) != 0 ? "activate_limit" : "deactivate_limit";
}

/// What a group of commands needs at the front of its data, and faults that take it away.
bool offered(const Node& node, const Request& request) {
    const bool limits = request.command >= 0x03 && request.command <= 0x05;
    if (request.function == oem_function) return is_intels(request.data);
    if (request.function != group_function) return true;
    if (request.data.empty() || request.data[0] != 0xdc) return false;
    if (node.faults.has(FaultKind::dcmi_off)) return false;
    return !(limits && node.faults.has(FaultKind::dcmi_nolimit));
}

}  // namespace

void Firmware::answer(Node& node, View datagram, TimePoint now, Packet& out) {
    second_.clear();
    if (now < node.silent_until || datagram.size() < 8) return;
    if (datagram[3] == class_asf) return presence_pong(datagram, out);
    if (session_id_of(datagram) != 0) return in_session(node, datagram, now, out);
    const auto envelope = open_envelope(datagram, 0);
    if (!envelope || envelope->encrypted || envelope->authenticated) return;
    if (!envelope->ipmi15 && envelope->type != PayloadType::ipmi)
        return set_up(node, *envelope, now, out);
    outside_session(node, *envelope, now, out);
}

/// RMCP/ASF presence ping, IPMI 2.0 13.2.3 and 13.2.4.
void Firmware::presence_pong(View datagram, Packet& out) {
    constexpr std::uint8_t ping = 0x80, pong = 0x40;
    if (datagram.size() < 12 || datagram[0] != 0x06 || datagram[8] != ping) return;
    out.put32(0x06ff0006);
    out.put32(0xbe110000);
    out.put8(pong);
    out.put8(datagram[9]);
    out.put8(0);
    out.put8(16);
    out.put32(0xbe110000);
    out.put32(0);
    out.put8(0x81);  // IPMI, ASF 1.0
    out.fill(7);
}

void Firmware::set_up(Node& node, const Envelope& envelope, TimePoint now, Packet& out) {
    Packet payload;
    auto type = PayloadType::open_session_response;
    switch (envelope.type) {
        case PayloadType::open_session_request:
            setup_.open_session(node, envelope.payload, now, payload);
            break;
        case PayloadType::rakp1:
            type = PayloadType::rakp2;
            setup_.rakp1(node, envelope.payload, now, payload);
            break;
        case PayloadType::rakp3:
            type = PayloadType::rakp4;
            setup_.rakp3(node, envelope.payload, now, payload);
            break;
        default:
            return;
    }
    if (payload.size() > 0) write_plain(envelope, type, payload.view(), out);
}

void Firmware::outside_session(Node& node, const Envelope& envelope, TimePoint now, Packet& out) {
    if (envelope.session_id != 0) return;
    const auto request = parse_request(envelope.payload);
    if (!request) return;
    CommandContext context{node, chassis_, journal_, now, nullptr, {}};
    Packet message;
    execute(context, *request, message);
    write_plain(envelope, PayloadType::ipmi, message.view(), out);
}

bool Firmware::trusted(const Session& session, const Envelope& envelope) {
    // both suites sign and encrypt everything: less is a forgery
    if (!envelope.authenticated || !envelope.encrypted) return false;
    const View key = View(session.integrity_key).first(digest_size(session.suite));
    const Digest code = crypto_.hmac(session.suite, key, envelope.signed_part);
    return std::equal(envelope.code.begin(), envelope.code.end(), code.begin());
}

void Firmware::in_session(Node& node, View datagram, TimePoint now, Packet& out) {
    Session* session = node.sessions.find(session_id_of(datagram), now);
    if (session == nullptr || !session->active) return;
    const auto envelope = open_envelope(datagram, code_size(session->suite));
    if (!envelope || !trusted(*session, *envelope)) return;
    if (!session->window.accept(envelope->sequence)) return;
    const auto plain = crypto_.decrypt(session->encryption_key, envelope->payload);
    const auto request = plain ? parse_request(*plain) : std::nullopt;
    if (!request || envelope->type != PayloadType::ipmi) return;
    session->last_used = now;
    session->handshake.reset();

    CommandContext context{node, chassis_, journal_, now, session, node.kind->user};
    write(context, *envelope, *request, out);
    if (context.passed_on) {
        // IPMI 2.0, 6.13.3: tracked by the number of the message that carried it
        Request inner = *context.passed_on;
        inner.requester = request->requester;
        inner.requester_lun = request->requester_lun;
        inner.sequence = request->sequence;
        CommandContext behind{node, chassis_, journal_, now, session, node.kind->user};
        behind.for_node_manager = true;
        write(behind, *envelope, inner, second_);
    }
    if (context.closes) node.sessions.close(session->id);
    if (context.restarts) node.restart_bmc(now, Seconds(0));
}

void Firmware::write(CommandContext& context, const Envelope& envelope, const Request& request,
                     Packet& out) {
    Packet message;
    execute(context, request, message);
    const std::array<std::uint64_t, 2> vector{random_.next(), random_.next()};
    const View vector_bytes(reinterpret_cast<const std::uint8_t*>(vector.data()), sizeof vector);
    write_in_session(crypto_, *context.session, envelope, vector_bytes, message.view(), out);
    if (context.node.faults.has(FaultKind::wrong_hmac)) out[out.size() - 1] ^= 0xff;
}

void Firmware::execute(CommandContext& context, const Request& request, Packet& out) {
    Packet data;
    const Command* command =
        find_command(request.function, request.command, context.for_node_manager);
    Completion completion = Completion::invalid_command;
    const bool known = command != nullptr && request.lun == 0 && offered(context.node, request);
    const unsigned privilege = context.session != nullptr ? context.session->privilege : 0;
    if (known && command->privilege > privilege) {
        completion = Completion::no_privilege;
    } else if (known && request.data.size() < command->least_size) {
        completion = Completion::wrong_length;
    } else if (known && command->acts) {
        completion = act(context, *command, request, data);
    } else if (known) {
        journal_.read(context.node.index, request.function, request.command);
        completion = command->run(context, request.data, data);
    }
    write_response(request, static_cast<std::uint8_t>(completion), data.view(), out);
}

Completion Firmware::act(CommandContext& context, const Command& command, const Request& request,
                         Packet& data) {
    Node& node = context.node;
    journal_.acted(node.name, context.user, describe(command, request.data));
    if (node.faults.has(FaultKind::bmcerror))
        return static_cast<Completion>(node.faults.value(FaultKind::bmcerror));
    if (node.faults.has(FaultKind::ignore)) {
        if (command.function == group_function) data.put8(request.data[0]);
        if (command.function == oem_function) data.put(request.data.first(3));
        return Completion::ok;
    }
    return command.run(context, request.data, data);
}

}  // namespace frugald::room
