#pragma once

#include <openssl/evp.h>

#include "daemon/core/c_handle.h"
#include "plugins/ipmi/codec.h"

namespace frugald::ipmi {

/// The codec for cipher suites 3 and 17 written out: AES-128-CBC and HMAC of OpenSSL, everything
/// else at fixed places. A tenth of the time that FreeIPMI's takes, and no /dev/urandom; the two
/// accept the same packets.
class DirectCodec : public Codec {
public:
    DirectCodec();

    /// False when OpenSSL fails.
    bool wrap(Session& session, const Request& request, std::uint8_t rq_seq,
              Packet& packet) override;
    Verdict unwrap(Session& session, Tolerance tolerance, Bytes packet, Message& message) override;

    using Vector = std::array<std::uint8_t, 16>;
    /// `wrap` with a given initialization vector: to compare byte for byte.
    bool wrap_with(Session& session, const Request& request, std::uint8_t rq_seq,
                   const Vector& vector, Packet& packet);

private:
    /// Of RAND_bytes, which is dear in small portions.
    const std::uint8_t* random_vector();
    bool encrypt(const Key& key, const std::uint8_t* vector, std::uint8_t* text, std::size_t size);
    bool decrypt(const Key& key, Bytes vector_and_text);
    Verdict read_message(Tolerance tolerance, std::size_t size, Message& message) const;

    using Cipher = CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
    Cipher encryption_, decryption_;
    std::array<std::uint8_t, 4096> random_;
    std::size_t random_used_;
    std::array<std::uint8_t, Packet::capacity()> plain_{};
};

}  // namespace frugald::ipmi
