#pragma once

#include <chrono>
#include <string>

#include "daemon/core/result.h"

namespace frugald::ctl {

struct Reply {
    unsigned status = 0;
    std::string body;
};

/// One request to the daemon's unix socket, blocking for at most `patience`. Fault::unavailable:
/// nobody listens there; Fault::unauthorized: the file system does not let us; Fault::timeout:
/// connected, but no answer.
Result<Reply> exchange(const std::string& socket, const std::string& method,
                       const std::string& target, const std::string& body,
                       std::chrono::milliseconds patience);

}  // namespace frugald::ctl
