#pragma once

#include <chrono>
#include <string>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald::ctl {

struct Reply {
    unsigned status = 0;
    std::string body;
};

struct Call {
    std::string method = "GET";
    std::string target;
    std::string body;
};

/// One request to the daemon's unix socket, for at most `patience`. Fault::unavailable:
/// nobody listens there; Fault::unauthorized: the file system does not let us; Fault::timeout:
/// connected, but no answer.
asio::awaitable<Result<Reply>> exchange(std::string socket, Call call,
                                        std::chrono::milliseconds patience);
/// The same, blocking.
Result<Reply> exchange_now(const std::string& socket, const Call& call,
                           std::chrono::milliseconds patience);

}  // namespace frugald::ctl
