#pragma once

#include <string>
#include <string_view>

#include "daemon/core/result.h"

namespace frugald::remote_write {

struct Url {
    bool tls = false;
    std::string host{};  // a name or an address, without brackets
    unsigned short port = 0;
    std::string target{};  // path and query

    /// As the Host field wants it.
    std::string authority() const;
};

/// http:// or https://; without user and password.
Result<Url> parse_url(std::string_view text);

}  // namespace frugald::remote_write
