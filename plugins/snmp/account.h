#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/secret.h"

namespace frugald::snmp {

enum class Version { v1, v2c, v3 };

/// How a device is addressed and what it accepts, secrets resolved.
struct Account {
    std::string host;  // name or address, IPv4 or IPv6
    std::uint16_t port = 161;
    Version version = Version::v3;
    Secret community{};     // v1, v2c
    std::string user{};     // v3
    std::string auth{};     // "SHA", "SHA-224" ... "SHA-512"
    std::string privacy{};  // "AES", "AES-256"; no privacy when privacy_password is empty
    Secret auth_password{};
    Secret privacy_password{};
    std::string context{};
};

/// The words that `auth` and `privacy` may be, best first.
std::vector<std::string_view> known_auth();
std::vector<std::string_view> known_privacy();

/// RFC 3414 section 11.2.
inline constexpr std::size_t shortest_password = 8;

}  // namespace frugald::snmp
