#pragma once

#include <optional>
#include <string>

#include "daemon/core/result.h"
#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/group.h"
#include "plugins/ipmi/message.h"
#include "plugins/ipmi/session.h"

namespace frugald::ipmi {

/// 17 (HMAC-SHA256, AES-128) or 3 (HMAC-SHA1, AES-128). No other suite exists here: 0 has no
/// authentication at all, the rest lack encryption or rest on MD5.
Result<CipherSuite> cipher_suite(std::uint8_t id);

using Nonce = std::array<std::uint8_t, 16>;

/// What both sides know when RAKP message 2 has come.
struct Handshake {
    Handshake(const Credentials& whose, const Workarounds& which)
        : credentials(whose), workarounds(which) {}

    const Credentials& credentials;
    const Workarounds& workarounds;
    Session session;
    Nonce console_nonce{};
    Nonce bmc_nonce{};
    Key integrity_root;  // SIK, IPMI 2.0, 13.31
    std::uint8_t bmc_privilege = 0;
};

/// Status code of an RMCP+ message, IPMI 2.0 table 13-15; 0 is success.
using Status = std::uint8_t;

// Requests, each with its message tag; empty when libfreeipmi cannot.
Packet open_session_request(const Handshake& handshake, std::uint8_t tag);
Packet rakp_1(const Handshake& handshake, std::uint8_t tag);
Packet rakp_3(const Handshake& handshake, std::uint8_t tag);

// Answers: absent when the packet is not the answer to the request with this tag and console
// session id. Status 0 has filled the handshake.
std::optional<Status> take_open_session_answer(Bytes packet, std::uint8_t tag,
                                               Handshake& handshake);
/// `wrong_key`: the BMC's proof of the password does not hold: the password differs.
std::optional<Status> take_rakp_2(Bytes packet, std::uint8_t tag, Handshake& handshake,
                                  bool& wrong_key);
/// `wrong_key`: the BMC derived another session key (a BMC key K_g is set).
std::optional<Status> take_rakp_4(Bytes packet, std::uint8_t tag, Handshake& handshake,
                                  bool& wrong_key);

}  // namespace frugald::ipmi
