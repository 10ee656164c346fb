#include "tests/room/bmc/packet.h"

namespace frugald::room {

namespace {

constexpr std::size_t rmcp_header = 4;
constexpr std::uint8_t format_15 = 0x00, format_20 = 0x06;
constexpr std::uint8_t next_header = 0x07;

std::uint8_t checksum(View bytes) {
    unsigned sum = 0;
    for (const std::uint8_t byte : bytes) sum += byte;
    return static_cast<std::uint8_t>(-sum & 0xff);
}

void put_rmcp(Packet& out) { out.put32(0x07ff0006); }

std::optional<Envelope> open_15(View datagram) {
    constexpr std::size_t header = rmcp_header + 10;
    if (datagram.size() < header) return std::nullopt;
    Envelope envelope;
    envelope.ipmi15 = true;
    envelope.sequence = little32(datagram, rmcp_header + 1);
    envelope.session_id = little32(datagram, rmcp_header + 5);
    const std::size_t size = datagram[rmcp_header + 9];
    if (header + size > datagram.size()) return std::nullopt;
    envelope.payload = datagram.subspan(header, size);
    return envelope;
}

std::optional<Envelope> open_20(View datagram, std::size_t code_size) {
    constexpr std::size_t header = rmcp_header + 12;
    if (datagram.size() < header) return std::nullopt;
    Envelope envelope;
    const unsigned type = datagram[rmcp_header + 1];
    envelope.encrypted = (type & 0x80) != 0;
    envelope.authenticated = (type & 0x40) != 0;
    envelope.type = static_cast<PayloadType>(type & 0x3f);
    envelope.session_id = little32(datagram, rmcp_header + 2);
    envelope.sequence = little32(datagram, rmcp_header + 6);
    const std::size_t size = little16(datagram, rmcp_header + 10);
    if (header + size > datagram.size()) return std::nullopt;
    envelope.payload = datagram.subspan(header, size);
    if (!envelope.authenticated) return envelope;
    // at least pad length and next header stand between payload and code
    if (datagram.size() < header + size + 2 + code_size) return std::nullopt;
    const std::size_t code = datagram.size() - code_size;
    envelope.signed_part = datagram.subspan(rmcp_header, code - rmcp_header);
    envelope.code = datagram.subspan(code);
    return envelope;
}

}  // namespace

std::optional<Envelope> open_envelope(View datagram, std::size_t code_size) {
    if (datagram.size() <= rmcp_header || datagram[0] != 0x06 || datagram[3] != 0x07)
        return std::nullopt;
    if (datagram[rmcp_header] == format_20) return open_20(datagram, code_size);
    if (datagram[rmcp_header] == format_15) return open_15(datagram);
    return std::nullopt;
}

std::uint32_t session_id_of(View datagram) {
    if (datagram.size() < rmcp_header + 6 || datagram[rmcp_header] != format_20) return 0;
    return little32(datagram, rmcp_header + 2);
}

void write_plain(const Envelope& request, PayloadType type, View payload, Packet& out) {
    put_rmcp(out);
    out.put8(request.ipmi15 ? format_15 : format_20);
    if (!request.ipmi15) out.put8(static_cast<unsigned>(type));
    out.fill(8);  // sequence and session id
    if (request.ipmi15)
        out.put8(static_cast<unsigned>(payload.size()));
    else
        out.put16(static_cast<unsigned>(payload.size()));
    out.put(payload);
}

void write_in_session(Crypto& crypto, Session& session, const Envelope& request, View vector,
                      View payload, Packet& out) {
    put_rmcp(out);
    out.put8(format_20);
    out.put8((request.encrypted ? 0x80U : 0U) | (request.authenticated ? 0x40U : 0U));
    out.put32(session.console_id);
    if (++session.sequence == 0) session.sequence = 1;
    out.put32(session.sequence);
    const std::size_t size_at = out.size();
    out.put16(0);
    if (request.encrypted)
        crypto.encrypt(session.encryption_key, vector, payload, out);
    else
        out.put(payload);
    const std::size_t size = out.size() - size_at - 2;
    out[size_at] = static_cast<std::uint8_t>(size);
    out[size_at + 1] = static_cast<std::uint8_t>(size >> 8);
    if (!request.authenticated) return;
    // padded so that what is signed, pad length and next header included, is a multiple of 4
    const std::size_t pad = (4 - (out.size() - rmcp_header + 2) % 4) % 4;
    out.fill(pad, 0xff);
    out.put8(static_cast<unsigned>(pad));
    out.put8(next_header);
    const View key = View(session.integrity_key).first(digest_size(session.suite));
    const Digest code = crypto.hmac(session.suite, key, out.view(rmcp_header));
    out.put(View(code).first(code_size(session.suite)));
}

std::optional<Request> parse_request(View payload, std::uint8_t address) {
    if (payload.size() < 7 || payload[0] != address) return std::nullopt;
    if (checksum(payload.first(2)) != payload[2]) return std::nullopt;
    if (checksum(payload.subspan(3, payload.size() - 4)) != payload.back()) return std::nullopt;
    Request request;
    request.responder = address;
    request.function = payload[1] >> 2;
    request.lun = payload[1] & 3;
    request.requester = payload[3];
    request.sequence = payload[4] >> 2;
    request.requester_lun = payload[4] & 3;
    request.command = payload[5];
    request.data = payload.subspan(6, payload.size() - 7);
    return request;
}

void write_response(const Request& request, std::uint8_t completion, View data, Packet& out) {
    out.put8(request.requester);
    out.put8(static_cast<unsigned>((request.function + 1) << 2) | request.requester_lun);
    out.put8(checksum(out.view()));
    out.put8(request.responder);
    out.put8(static_cast<unsigned>(request.sequence << 2) | request.lun);
    out.put8(request.command);
    out.put8(completion);
    out.put(data);
    out.put8(checksum(out.view(3)));
}

}  // namespace frugald::room
