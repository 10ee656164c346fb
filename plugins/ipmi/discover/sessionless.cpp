#include "plugins/ipmi/discover/sessionless.h"

#include <algorithm>

#include "plugins/ipmi/fiid.h"

namespace frugald::ipmi::discover {
namespace {

constexpr std::uint8_t rmcp = 0x06, no_acknowledgement = 0xff, class_asf = 0x06, class_ipmi = 0x07;
constexpr std::uint8_t ping = 0x80, pong = 0x40;
constexpr std::uint8_t bmc_address = 0x20, our_address = 0x81;
constexpr std::uint8_t format_2_0 = 0x06;
constexpr std::uint8_t app = IPMI_NET_FN_APP_RQ;
constexpr std::uint8_t this_channel = 0x0e;

class Writer {
public:
    void put(std::initializer_list<unsigned> bytes) {
        for (const unsigned byte : bytes) put(byte);
    }
    void put(unsigned byte) {
        packet_.resize(packet_.size() + 1);
        packet_.data()[packet_.size() - 1] = static_cast<std::uint8_t>(byte);
    }
    void put_checksum(std::size_t from) {
        unsigned sum = 0;
        for (std::size_t i = from; i < packet_.size(); ++i) sum += packet_[i];
        put(0x100U - (sum & 0xff));
    }
    std::size_t size() const { return packet_.size(); }
    const Packet& packet() const { return packet_; }

private:
    Packet packet_;
};

bool sums_up(Bytes bytes) {
    unsigned sum = 0;
    for (const std::uint8_t byte : bytes) sum += byte;
    return (sum & 0xff) == 0;
}

// The message inside a packet outside any session, of either format; empty if it is none.
Bytes payload_of(Bytes packet) {
    if (packet.size() < 14 || packet[0] != rmcp || packet[3] != class_ipmi) return {};
    const bool newer = packet[4] == format_2_0;
    if (packet[4] != 0 && !newer) return {};
    const std::size_t header = newer ? 16 : 14;
    if (packet.size() < header || (newer && packet[5] != 0)) return {};
    const std::uint32_t session = newer ? le32(packet, 6) : le32(packet, 9);
    const std::size_t size = newer ? le16(packet, 14) : std::size_t{packet[13]};
    if (session != 0 || header + size > packet.size()) return {};
    return packet.subspan(header, size);
}

}  // namespace

Packet presence_ping(std::uint8_t tag) {
    Writer writer;
    writer.put({rmcp, 0, no_acknowledgement, class_asf, 0, 0, 0x11, 0xbe, ping, tag, 0, 0});
    return writer.packet();
}

bool is_pong(Bytes packet) {
    constexpr std::size_t entities = 20;  // byte that says what is supported; bit 7 is IPMI
    return packet.size() > entities && packet[0] == rmcp && packet[3] == class_asf &&
           packet[6] == 0x11 && packet[7] == 0xbe && packet[8] == pong &&
           (packet[entities] & 0x80) != 0;
}

Packet message(const Request& request, std::uint8_t rq_seq, Format format) {
    constexpr unsigned around = 6;  // addresses, functions, checksums
    const auto size = static_cast<unsigned>(request.bytes.size()) + around;
    Writer writer;
    writer.put({rmcp, 0, no_acknowledgement, class_ipmi});
    if (format == Format::ipmi_2_0)
        writer.put({format_2_0, 0, 0, 0, 0, 0, 0, 0, 0, 0, size, 0});
    else
        writer.put({0, 0, 0, 0, 0, 0, 0, 0, 0, size});
    std::size_t from = writer.size();
    writer.put({bmc_address, static_cast<unsigned>(request.net_fn << 2 | request.lun)});
    writer.put_checksum(from);
    from = writer.size();
    writer.put({our_address, static_cast<unsigned>(rq_seq << 2)});
    for (const std::uint8_t byte : Bytes(request.bytes)) writer.put(byte);
    writer.put_checksum(from);
    return writer.packet();
}

std::optional<Answer> take_message(Bytes packet, const Request& request, Attempts attempts) {
    const Bytes payload = payload_of(packet);
    if (payload.size() < 8 || payload[0] != our_address || payload[3] != bmc_address)
        return std::nullopt;
    if (!sums_up(payload.first(3)) || !sums_up(payload.subspan(3))) return std::nullopt;
    const auto rq_seq = static_cast<std::uint8_t>(payload[4] >> 2);
    if (payload[1] >> 2 != request.net_fn + 1 || payload[5] != request.bytes[0] ||
        !attempts.include(rq_seq))
        return std::nullopt;
    const Bytes data = payload.subspan(7, payload.size() - 8);
    Answer answer;
    if (data.size() > answer.data.capacity()) return std::nullopt;
    answer.completion_code = payload[6];
    answer.data.assign(data);
    return answer;
}

Request get_authentication_capabilities(bool extended) {
    const auto channel = static_cast<std::uint8_t>(this_channel | (extended ? 0x80 : 0));
    return {app, 0, {0x38, channel, IPMI_PRIVILEGE_LEVEL_ADMIN}};
}

Request get_cipher_suites(std::uint8_t index) {
    constexpr std::uint8_t payload_ipmi = 0, by_suite = 0x80;
    return {
        app, 0, {0x54, this_channel, payload_ipmi, static_cast<std::uint8_t>(by_suite | index)}};
}

Request get_system_guid() { return {app, 0, {0x37}}; }

std::optional<Capabilities> parse_capabilities(const Answer& answer, bool extended) {
    const Bytes data = answer.data;
    if (!answer.completed() || data.size() < 4) return std::nullopt;
    const auto bit = [&data](std::size_t byte, unsigned which) {
        return (data[byte] >> which & 1) != 0;
    };
    return Capabilities{.ipmi_2_0 = extended && bit(1, 7) && bit(3, 1),
                        .null_users = bit(2, 1),
                        .anonymous_login = bit(2, 0),
                        .named_users = bit(2, 2),
                        .per_message_authentication = !bit(2, 4),
                        .user_level_authentication = !bit(2, 3),
                        .key_set = extended && bit(2, 5),
                        .authentication = static_cast<std::uint8_t>(data[1] & 0x3f)};
}

std::vector<std::uint8_t> parse_suites(Bytes records) {
    constexpr std::uint8_t standard = 0xc0, oem = 0xc1;
    std::vector<std::uint8_t> ids;
    for (std::size_t i = 0; i + 1 < records.size(); ++i) {
        if (records[i] == standard) ids.push_back(records[++i]);
        if (records[i] == oem) i += 4;  // its id and enterprise number
    }
    return ids;
}

std::optional<Guid> parse_guid(const Answer& answer) {
    Guid guid{};
    if (!answer.completed() || answer.data.size() < guid.size()) return std::nullopt;
    std::copy_n(Bytes(answer.data).begin(), guid.size(), guid.begin());
    const auto all = [&guid](std::uint8_t value) {
        return std::ranges::all_of(guid, [value](std::uint8_t byte) { return byte == value; });
    };
    if (all(0) || all(0xff)) return std::nullopt;
    return guid;
}

Bytes Asking::next_packet() {
    const auto rq_seq = static_cast<std::uint8_t>((attempts_.first + attempts_.count) & 0x3f);
    ++attempts_.count;
    packet_ = message(request_, rq_seq, format_);
    return packet_;
}

bool Asking::receive(Bytes packet) {
    const auto answer = take_message(packet, request_, attempts_);
    if (answer) answer_ = *answer;
    return answer.has_value();
}

Bytes Hello::next_packet() {
    const auto rq_seq = static_cast<std::uint8_t>((attempts_.first + attempts_.count) & 0x3f);
    ++attempts_.count;
    const Request request = get_authentication_capabilities(true);
    switch (attempt_++ % 3) {
        case 0:
            packet_ = presence_ping(rq_seq);
            break;
        case 1:
            packet_ = message(request, rq_seq, Format::ipmi_1_5);
            break;
        default:
            packet_ = message(request, rq_seq, Format::ipmi_2_0);
    }
    return packet_;
}

bool Hello::receive(Bytes packet) {
    pong_ = is_pong(packet);
    return pong_ || take_message(packet, get_authentication_capabilities(true), attempts_);
}

Bytes Ping::next_packet() {
    packet_ = presence_ping(1);
    return packet_;
}

}  // namespace frugald::ipmi::discover
