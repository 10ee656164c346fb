#pragma once

#include <string>

namespace frugald::test {

/// A certificate with its key, as PEM.
struct Identity {
    std::string certificate;
    std::string key;
    std::string fingerprint;  // SHA-256, lower-case hexadecimal
};

/// A new authority.
Identity make_authority(const std::string& name);
/// A certificate for 127.0.0.1 and localhost, signed by `authority`.
Identity make_server(const Identity& authority);
/// The same for another host: "bmc.elsewhere".
Identity make_server_elsewhere(const Identity& authority);

}  // namespace frugald::test
