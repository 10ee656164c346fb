#pragma once

#include <cstdint>
#include <optional>

#include "tests/room/bmc/crypto.h"
#include "tests/room/bmc/session.h"
#include "tests/room/bytes.h"

namespace frugald::room {

/// RMCP and session headers (IPMI 2.0, tables 13-1, 13-8, 13-10).
enum class PayloadType : std::uint8_t {
    ipmi = 0x00,
    open_session_request = 0x10,
    open_session_response = 0x11,
    rakp1 = 0x12,
    rakp2 = 0x13,
    rakp3 = 0x14,
    rakp4 = 0x15,
};

struct Envelope {
    bool ipmi15 = false;  // the answer must be in the same format
    bool encrypted = false;
    bool authenticated = false;
    PayloadType type{};
    std::uint32_t session_id = 0;
    std::uint32_t sequence = 0;
    View payload;
    View signed_part;  // what the authentication code covers, without the code itself
    View code;
};

/// Nothing unless the packet is whole: RMCP class IPMI, format 1.5 without authentication or 2.0.
/// `code_size` octets are expected at the end of an authenticated packet.
std::optional<Envelope> open_envelope(View datagram, std::size_t code_size);
/// The session id of a 2.0 packet, before the size of its code is known; 0 if there is none.
std::uint32_t session_id_of(View datagram);

/// A packet outside any session in the request's format.
void write_plain(const Envelope& request, PayloadType type, View payload, Packet& out);
/// A packet of a session: encrypted if the request was, signed if the request was.
void write_in_session(Crypto& crypto, Session& session, const Envelope& request, View vector,
                      View payload, Packet& out);

/// A request (table 13-8, IPMI message): netFn, LUNs, sequence and command.
struct Request {
    std::uint8_t responder = 0x20;  // the BMC, or a controller behind it
    std::uint8_t requester = 0x81;
    std::uint8_t requester_lun = 0;
    std::uint8_t sequence = 0;
    std::uint8_t function = 0;
    std::uint8_t lun = 0;
    std::uint8_t command = 0;
    View data;
};
/// Nothing if a checksum is wrong or it is not for `address`.
std::optional<Request> parse_request(View payload, std::uint8_t address = 0x20);
void write_response(const Request& request, std::uint8_t completion, View data, Packet& out);

}  // namespace frugald::room
