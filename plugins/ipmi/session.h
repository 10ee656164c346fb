#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "plugins/ipmi/hmac.h"

namespace frugald::ipmi {

/// A key of a session; wiped when it goes.
struct Key {
    std::array<std::uint8_t, 32> bytes{};
    unsigned size = 0;

    Key() = default;
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key() { explicit_bzero(bytes.data(), bytes.size()); }
};

/// The three algorithms of a cipher suite, in the numbers of IPMI 2.0 table 22-20.
struct CipherSuite {
    std::uint8_t id = 0;
    std::uint8_t authentication = 0;
    std::uint8_t integrity = 0;
    std::uint8_t confidentiality = 0;
};

using Guid = std::array<std::uint8_t, 16>;

/// An RMCP+ session as both sides agreed on it (IPMI 2.0, 13.15 to 13.32).
struct Session {
    CipherSuite suite;
    std::uint32_t console_id = 0;  // ours: what the BMC's packets carry
    std::uint32_t bmc_id = 0;      // the BMC's: what our packets carry
    Guid guid{};                   // of the managed system, as RAKP message 2 named it
    Key integrity_key;
    Key confidentiality_key;
    Hmac hmac;  // under the integrity key

    std::uint32_t next_sequence = 1;     // of packets to the BMC: +1 each, never 0
    std::uint32_t highest_received = 0;  // of packets from the BMC, with the window of 16
    std::uint32_t received_window = 0;
    std::uint8_t next_request = 0;  // rqSeq, 6 bits

    /// Called once the keys are known.
    void prepare() {
        constexpr std::uint8_t hmac_sha1_96 = 0x01;  // IPMI 2.0 table 13-18
        hmac = Hmac(suite.integrity == hmac_sha1_96 ? Digest::sha1 : Digest::sha256,
                    {integrity_key.bytes.data(), integrity_key.size});
    }
};

}  // namespace frugald::ipmi
