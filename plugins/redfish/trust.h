#pragma once

#include <memory>
#include <string>

#include "daemon/core/result.h"

namespace frugald::redfish {

/// Whom a group's BMCs have to be.
struct Trust {
    bool plain_http = false;  // no TLS: nobody is authenticated
    std::string ca_file{};    // empty: the system's authorities
    /// The SHA-256 fingerprint of the BMC's own certificate, lower-case hexadecimal without colons;
    /// then nothing else about it matters. Empty: authorities decide.
    std::string pin{};

    auto operator<=>(const Trust&) const = default;
};

struct Tls;

/// Reads the authorities. Null for plain HTTP.
Result<std::shared_ptr<Tls>> make_tls(const Trust& trust);

/// "AB:CD:..." or without colons, as openssl x509 -fingerprint prints it; empty: not a fingerprint.
std::string parse_fingerprint(std::string_view text);

}  // namespace frugald::redfish
