#pragma once

#include <array>
#include <cstdint>

#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

enum class Digest : std::uint8_t { sha1, sha256 };

/// HMAC (RFC 2104) under one key, with the key's two blocks digested once: what is left for a
/// packet is its own bytes. Wiped when it goes. OpenSSL's SHA is used by its plain functions,
/// because a context of its newer interface is a kilobyte and three allocations per session.
class Hmac {
public:
    Hmac() = default;
    /// `key` has at most 64 bytes, as all keys of a session have.
    Hmac(Digest digest, Bytes key);
    Hmac(const Hmac&) = default;
    Hmac& operator=(const Hmac&) = default;
    ~Hmac();

    using Code = std::array<std::uint8_t, 32>;  // of SHA-1 the first 20 bytes
    void sign(Bytes text, Code& code) const;

private:
    using State = std::array<std::uint32_t, 8>;
    State inner_{};
    State outer_{};
    Digest digest_ = Digest::sha256;
};

}  // namespace frugald::ipmi
