#include "plugins/ipmi/direct_codec.h"

#include <freeipmi/freeipmi.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace frugald::ipmi {
namespace {

// Offsets and sizes of a packet (IPMI 2.0, tables 13-8 and 13-20).
constexpr std::size_t rmcp_header_size = 4;  // not signed
constexpr std::size_t headers_size = 16;
constexpr std::size_t sequence_at = 10, payload_size_at = 14;
constexpr std::size_t vector_size = 16, cipher_block_size = 16;
constexpr std::uint8_t reserved_next_header = 0x07;

// Inside a message (IPMI 2.0, 13.8): addresses, function, checksum; address, sequence, command.
constexpr std::size_t request_overhead = 6, least_answer = 8;
constexpr std::uint8_t console_address = 0x81;

constexpr std::uint8_t hmac_sha256_128 = 0x04;  // integrity algorithm, IPMI 2.0 table 13-18

std::size_t code_size(const Session& session) {
    return session.suite.integrity == hmac_sha256_128 ? 16 : 12;
}

void put16(std::uint8_t* at, std::size_t value) {
    at[0] = static_cast<std::uint8_t>(value);
    at[1] = static_cast<std::uint8_t>(value >> 8);
}

void put32(std::uint8_t* at, std::uint32_t value) {
    put16(at, value & 0xffff);
    put16(at + 2, value >> 16);
}

// The message with its padding to whole blocks, ready to be encrypted; its size.
std::size_t put_message(const Request& request, std::uint8_t rq_seq, std::uint8_t* out) {
    const Bytes command = request.bytes;
    out[0] = bmc_address;
    out[1] = static_cast<std::uint8_t>(request.net_fn << 2 | request.lun);
    out[2] = checksum({out, 2});
    out[3] = console_address;
    out[4] = static_cast<std::uint8_t>(rq_seq << 2);
    std::copy(command.begin(), command.end(), out + 5);
    std::size_t size = request_overhead + command.size();
    out[size - 1] = checksum({out + 3, size - 4});
    // 13.29: pad bytes 1, 2, 3 ... and their number.
    std::uint8_t pad = 0;
    while ((size + 1) % cipher_block_size != 0) out[size++] = ++pad;
    out[size++] = pad;
    return size;
}

void put_headers(Session& session, std::size_t payload_size, std::uint8_t* out) {
    constexpr std::array<std::uint8_t, 6> fixed{0x06, 0x00, 0xff, 0x07, 0x06, 0xc0};
    std::copy(fixed.begin(), fixed.end(), out);
    put32(out + 6, session.bmc_id);
    put32(out + sequence_at, session.next_sequence);
    put16(out + payload_size_at, payload_size);
    session.next_sequence = session.next_sequence == 0xffffffff ? 1 : session.next_sequence + 1;
}

// Padding to whole words, its size, the next header and the code of everything after the RMCP
// header (IPMI 2.0, table 13-8); the packet's size.
std::size_t put_trailer(const Session& session, std::uint8_t* packet, std::size_t size) {
    std::uint8_t pad = 0;
    for (; (size - rmcp_header_size + 2) % 4 != 0; ++pad) packet[size++] = 0xff;
    packet[size++] = pad;
    packet[size++] = reserved_next_header;
    Hmac::Code code;
    session.hmac.sign({packet + rmcp_header_size, size - rmcp_header_size}, code);
    std::copy_n(code.begin(), code_size(session), packet + size);
    return size + code_size(session);
}

bool authentic(const Session& session, Bytes packet) {
    const std::size_t code_at = packet.size() - code_size(session);
    Hmac::Code code;
    session.hmac.sign(packet.subspan(rmcp_header_size, code_at - rmcp_header_size), code);
    return CRYPTO_memcmp(code.data(), packet.data() + code_at, code_size(session)) == 0;
}

}  // namespace

DirectCodec::DirectCodec()
    : encryption_(EVP_CIPHER_CTX_new()),
      decryption_(EVP_CIPHER_CTX_new()),
      random_used_(random_.size()) {
    EVP_EncryptInit_ex(encryption_.get(), EVP_aes_128_cbc(), nullptr, nullptr, nullptr);
    EVP_DecryptInit_ex(decryption_.get(), EVP_aes_128_cbc(), nullptr, nullptr, nullptr);
}

const std::uint8_t* DirectCodec::random_vector() {
    if (random_used_ == random_.size()) {
        if (RAND_bytes(random_.data(), static_cast<int>(random_.size())) != 1) return nullptr;
        random_used_ = 0;
    }
    const std::uint8_t* const vector = random_.data() + random_used_;
    random_used_ += vector_size;
    return vector;
}

// EVP_Cipher works on whole blocks without padding; to switch padding off would cost as much as
// all the rest, at each change of the key.
bool DirectCodec::encrypt(const Key& key, const std::uint8_t* vector, std::uint8_t* text,
                          std::size_t size) {
    const auto length = static_cast<unsigned>(size);
    return EVP_EncryptInit_ex(encryption_.get(), nullptr, nullptr, key.bytes.data(), vector) == 1 &&
           EVP_Cipher(encryption_.get(), text, text, length) == static_cast<int>(size);
}

bool DirectCodec::decrypt(const Key& key, Bytes vector_and_text) {
    const Bytes text = vector_and_text.subspan(vector_size);
    const auto length = static_cast<unsigned>(text.size());
    return EVP_DecryptInit_ex(decryption_.get(), nullptr, nullptr, key.bytes.data(),
                              vector_and_text.data()) == 1 &&
           EVP_Cipher(decryption_.get(), plain_.data(), text.data(), length) ==
               static_cast<int>(text.size());
}

bool DirectCodec::wrap(Session& session, const Request& request, std::uint8_t rq_seq,
                       Packet& packet) {
    const std::uint8_t* const random = random_vector();
    if (!random) return false;
    Vector vector;
    std::copy_n(random, vector_size, vector.begin());
    return wrap_with(session, request, rq_seq, vector, packet);
}

bool DirectCodec::wrap_with(Session& session, const Request& request, std::uint8_t rq_seq,
                            const Vector& vector, Packet& packet) {
    std::uint8_t* const bytes = packet.data();
    std::uint8_t* const text = bytes + headers_size + vector_size;
    const std::size_t size = put_message(request, rq_seq, text);
    std::copy(vector.begin(), vector.end(), bytes + headers_size);
    if (!encrypt(session.confidentiality_key, vector.data(), text, size)) return false;
    put_headers(session, vector_size + size, bytes);
    packet.resize(put_trailer(session, bytes, headers_size + vector_size + size));
    return true;
}

Verdict DirectCodec::unwrap(Session& session, Tolerance tolerance, Bytes packet, Message& message) {
    if (!claims_session(packet, session, tolerance.zero_id)) return Verdict::foreign;
    const std::size_t size = le16(packet, payload_size_at);
    const std::size_t trailer = 2 + code_size(session);  // at least
    if (packet.size() < headers_size + size + trailer || packet.size() > plain_.size() ||
        !authentic(session, packet))
        return Verdict::forged;

    if (ipmi_check_session_sequence_number_2_0(le32(packet, sequence_at), &session.highest_received,
                                               &session.received_window, 0) != 1)
        return Verdict::foreign;
    const Bytes payload = packet.subspan(headers_size, size);
    if (size < vector_size + cipher_block_size || size % cipher_block_size != 0 ||
        !decrypt(session.confidentiality_key, payload))
        return Verdict::malformed;
    return read_message(tolerance, size - vector_size, message);
}

Verdict DirectCodec::read_message(Tolerance tolerance, std::size_t size, Message& message) const {
    const std::size_t pad = plain_[size - 1];
    if (pad >= cipher_block_size || size < pad + 1 + least_answer) return Verdict::malformed;
    const std::size_t end = size - 1 - pad;
    for (std::size_t i = 0; i < pad; ++i)
        if (plain_[end + i] != i + 1) return Verdict::malformed;
    const Bytes text = Bytes(plain_).first(end);
    if (!tolerance.ignore_checksum &&
        (checksum(text.first(2)) != text[2] || checksum(text.subspan(3, end - 4)) != text[end - 1]))
        return Verdict::malformed;
    if (end - least_answer > decltype(Answer::data)::capacity()) return Verdict::malformed;
    message.net_fn = text[1] >> 2;
    message.rq_seq = text[4] >> 2;
    message.command = text[5];
    message.completion_code = text[6];
    message.data = text.subspan(7, end - least_answer);
    return Verdict::accepted;
}

}  // namespace frugald::ipmi
