#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/secret.h"

namespace frugald::snmp {

/// Passwords turned into keys (RFC 3414 A.2). One costs milliseconds, and many devices share
/// theirs, so they are kept.
class Keys {
public:
    /// The key, not localised; `auth` is a word of known_auth(). Empty when the password cannot
    /// be one.
    const Secret& of(std::string_view auth, const Secret& password);

private:
    struct Entry {
        std::string auth;
        Secret password;
        Secret key;
    };
    std::vector<std::unique_ptr<Entry>> known_;
};

}  // namespace frugald::snmp
