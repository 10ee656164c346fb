#pragma once

#include <cstdlib>

#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/setup_codec.h"

namespace frugald::fuzz {

/// A session whose keys the fuzzer cannot guess, but which it may be allowed to use.
inline ipmi::Session session_of(bool sha256) {
    static const int initialized = ipmi_rmcpplus_init();
    if (initialized < 0) std::abort();
    ipmi::Session session;
    session.suite = *ipmi::cipher_suite(sha256 ? 17 : 3);
    session.console_id = 0x11223344;
    session.bmc_id = 0x55667788;
    session.integrity_key.size = sha256 ? 32 : 20;
    session.confidentiality_key.size = 16;
    for (std::size_t i = 0; i < session.integrity_key.size; ++i)
        session.integrity_key.bytes[i] = static_cast<std::uint8_t>(7 * i + 1);
    for (std::size_t i = 0; i < 16; ++i)
        session.confidentiality_key.bytes[i] = static_cast<std::uint8_t>(11 * i + 3);
    session.prepare();
    ipmi_check_session_sequence_number_2_0_init(&session.highest_received,
                                                &session.received_window);
    return session;
}

inline void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace frugald::fuzz
