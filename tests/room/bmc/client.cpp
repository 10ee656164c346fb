#include "tests/room/bmc/client.h"

#include <algorithm>

namespace frugald::room {

namespace {

constexpr std::uint8_t administrator = 4;
constexpr std::size_t headers = 16;
constexpr Envelope plain_request{};

Packet wrapped(PayloadType type, const Packet& payload) {
    Packet out;
    write_plain(plain_request, type, payload.view(), out);
    return out;
}

}  // namespace

Console::Console(Crypto& crypto, Suite suite, std::uint32_t id, std::string user,
                 std::string password)
    : crypto_(crypto), id_(id), user_(std::move(user)), password_(std::move(password)) {
    session_.suite = suite;
    random_.fill(static_cast<std::uint8_t>(id));
}

void Console::put_identity(Packet& out) const {
    out.put8(administrator);
    out.put8(static_cast<unsigned>(user_.size()));
    out.put(as_bytes(user_));
}

Packet Console::open_session() const {
    constexpr std::uint32_t length_8 = 0x08000000;
    const Algorithms algorithms = algorithms_of(session_.suite);
    Packet payload;
    payload.put32(0);
    payload.put32(id_);
    payload.put32(length_8);
    payload.put32(algorithms.authentication);
    payload.put32(length_8 | 1);
    payload.put32(algorithms.integrity);
    payload.put32(length_8 | 2);
    payload.put32(algorithms.confidentiality);
    return wrapped(PayloadType::open_session_request, payload);
}

std::optional<View> Console::accepted(View answer) {
    status_ = 0xff;
    if (answer.size() < headers + 8) return std::nullopt;
    const View payload = answer.subspan(headers);
    status_ = payload[1];
    if (status_ != 0) return std::nullopt;
    return payload;
}

Packet Console::rakp1(View answer) {
    const auto payload = accepted(answer);
    if (payload && payload->size() >= 12) session_.console_id = little32(*payload, 8);
    Packet out;
    out.put32(0);
    out.put32(session_.console_id);
    out.put(random_);
    out.put8(administrator);
    out.put16(0);
    out.put8(static_cast<unsigned>(user_.size()));
    out.put(as_bytes(user_));
    return wrapped(PayloadType::rakp1, out);
}

Packet Console::rakp3(View answer) {
    const auto payload = accepted(answer);
    if (payload && payload->size() >= 24)
        std::copy_n(payload->begin() + 8, bmc_random_.size(), bmc_random_.begin());
    Packet covered;
    covered.put(bmc_random_);
    covered.put32(id_);
    put_identity(covered);
    const Digest proof = crypto_.hmac(session_.suite, as_bytes(password_), covered.view());
    Packet out;
    out.put32(0);
    out.put32(session_.console_id);
    out.put(View(proof).first(digest_size(session_.suite)));
    return wrapped(PayloadType::rakp3, out);
}

void Console::finish(View answer) {
    ready_ = accepted(answer).has_value();
    const Suite suite = session_.suite;
    Packet covered;
    covered.put(random_);
    covered.put(bmc_random_);
    put_identity(covered);
    const Digest key = crypto_.hmac(suite, as_bytes(password_), covered.view());
    const View session_key = View(key).first(digest_size(suite));
    std::array<std::uint8_t, 20> constant;
    constant.fill(1);
    session_.integrity_key = crypto_.hmac(suite, session_key, constant);
    constant.fill(2);
    const Digest second = crypto_.hmac(suite, session_key, constant);
    std::copy_n(second.begin(), session_.encryption_key.size(), session_.encryption_key.begin());
}

Packet Console::command(std::uint8_t function, std::uint8_t number, View data) {
    Packet message;
    const auto checksum = [&message](std::size_t from) {
        unsigned sum = 0;
        for (const std::uint8_t octet : message.view(from)) sum += octet;
        message.put8(-sum & 0xff);
    };
    message.put8(0x20);
    message.put8(static_cast<unsigned>(function << 2));
    checksum(0);
    message.put8(0x81);
    message.put8(0);
    message.put8(number);
    message.put(data);
    checksum(3);
    Envelope form;
    form.encrypted = form.authenticated = true;
    Packet out;
    write_in_session(crypto_, session_, form, random_, message.view(), out);
    return out;
}

std::optional<Console::Response> Console::read(View datagram) {
    constexpr std::size_t before_data = 7;
    const auto envelope = open_envelope(datagram, code_size(session_.suite));
    if (!envelope || !envelope->authenticated || envelope->session_id != id_) return std::nullopt;
    const View key = View(session_.integrity_key).first(digest_size(session_.suite));
    const Digest code = crypto_.hmac(session_.suite, key, envelope->signed_part);
    if (!std::equal(envelope->code.begin(), envelope->code.end(), code.begin()))
        return std::nullopt;
    const auto plain = crypto_.decrypt(session_.encryption_key, envelope->payload);
    if (!plain || plain->size() < before_data + 1) return std::nullopt;
    return Response{(*plain)[6], {plain->begin() + before_data, plain->end() - 1}};
}

}  // namespace frugald::room
