#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <optional>

#include "daemon/core/c_handle.h"
#include "tests/room/bytes.h"

namespace frugald::room {

/// The cipher suites of IPMI 2.0 table 22-20 that are in use, by number.
enum class Suite : std::uint8_t { sha1 = 3, sha256 = 17 };

/// Algorithm numbers of IPMI 2.0 tables 13-17 to 13-19.
struct Algorithms {
    std::uint8_t authentication = 0;
    std::uint8_t integrity = 0;
    std::uint8_t confidentiality = 0;
    bool operator==(const Algorithms&) const = default;
};
constexpr Algorithms algorithms_of(Suite suite) {
    return suite == Suite::sha1 ? Algorithms{1, 1, 1} : Algorithms{3, 4, 1};
}

/// Octets of a full digest, and of the authentication code of a packet (IPMI 2.0, 13.28.4).
constexpr std::size_t digest_size(Suite suite) { return suite == Suite::sha1 ? 20 : 32; }
constexpr std::size_t code_size(Suite suite) { return suite == Suite::sha1 ? 12 : 16; }

using Digest = std::array<std::uint8_t, 32>;
using AesKey = std::array<std::uint8_t, 16>;

/// HMAC and AES-CBC-128 with contexts that are set up once: one per thread.
class Crypto {
public:
    Crypto();

    /// HMAC of `data` (RFC 2104); the first digest_size(suite) octets count. `key` has at most
    /// 64 octets.
    Digest hmac(Suite suite, View key, View data);

    /// Appends to `out` the encrypted payload of IPMI 2.0, 13.29: `vector`, then `data` with pad
    /// 1, 2, 3 ... and its length.
    void encrypt(const AesKey& key, View vector, View data, Packet& out);

    /// The payload without vector and pad, or nothing if it is not an encrypted payload.
    /// The view is good until the next call.
    std::optional<View> decrypt(const AesKey& key, View payload);

private:
    using DigestContext = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;
    using CipherContext = CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

    DigestContext sha1_;
    DigestContext sha256_;
    CipherContext encryption_;
    CipherContext decryption_;
    std::array<std::uint8_t, Packet::capacity> plain_{};
};

}  // namespace frugald::room
