// A packet with an arbitrary inside, encrypted and signed with the right keys: a BMC that has them
// may still be broken. The codecs agree on it.
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "tests/fuzz/codec_agreement.h"

namespace {

using namespace frugald;

std::vector<std::uint8_t> encrypted(const ipmi::Session& session, ipmi::Bytes text) {
    std::vector<std::uint8_t> padded(text.begin(), text.end());
    padded.resize((padded.size() + 15) / 16 * 16);
    std::vector<std::uint8_t> payload(16 + padded.size(), 0x5a);  // the vector comes first
    EVP_CIPHER_CTX* const cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, session.confidentiality_key.bytes.data(),
                       payload.data());
    EVP_Cipher(cipher, payload.data() + 16, padded.data(), static_cast<unsigned>(padded.size()));
    EVP_CIPHER_CTX_free(cipher);
    return payload;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ipmi::Session sessions[] = {fuzz::session_of(false), fuzz::session_of(true)};
    if (size < 2 || size > 300) return 0;
    const bool sha256 = data[0] & 1;
    const ipmi::Session& session = sessions[sha256];
    const auto payload = encrypted(session, {data + 2, size - 2});
    const auto length = static_cast<std::uint16_t>(payload.size());
    std::vector<std::uint8_t> packet{0x06,
                                     0x00,
                                     0xff,
                                     0x07,
                                     0x06,
                                     0xc0,
                                     0x44,
                                     0x33,
                                     0x22,
                                     0x11,
                                     data[1],
                                     0,
                                     0,
                                     0,
                                     static_cast<std::uint8_t>(length),
                                     static_cast<std::uint8_t>(length >> 8)};
    packet.insert(packet.end(), payload.begin(), payload.end());
    std::uint8_t pad = 0;
    for (; (packet.size() - 4 + 2) % 4 != 0; ++pad) packet.push_back(0xff);
    packet.push_back(pad);
    packet.push_back(0x07);
    ipmi::Hmac::Code code;
    session.hmac.sign(ipmi::Bytes(packet).subspan(4), code);
    packet.insert(packet.end(), code.begin(), code.begin() + (sha256 ? 16 : 12));
    fuzz::agree_on(session, {(data[0] & 2) != 0, false}, packet);
    return 0;
}
