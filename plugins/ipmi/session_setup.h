#pragma once

#include "plugins/ipmi/link.h"
#include "plugins/ipmi/setup_codec.h"

namespace frugald::ipmi {

/// Why a BMC gave no session.
struct SetupFailure {
    Error error;                     // without the BMC's name
    bool another_suite_may = false;  // the reason may be the cipher suite
    bool silent = false;             // it did not answer at all: a timeout like any other
};

/// Open Session, RAKP 1 to 4, Set Session Privilege Level (IPMI 2.0, 13.15 and 22.18), with one
/// cipher suite. On success the session is open at the wanted privilege. A handshake given up
/// halfway leaves a slot that the BMC frees by itself.
asio::awaitable<tl::expected<Session, SetupFailure>> open_session(Network& network, Link& link,
                                                                  const Credentials& credentials,
                                                                  const Workarounds& workarounds,
                                                                  CipherSuite suite);

}  // namespace frugald::ipmi
