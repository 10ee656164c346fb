#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

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
/// Waits for the reply, on a loop of its own.
Result<Reply> finish_now(asio::awaitable<Result<Reply>> question);
/// Both in one.
Result<Reply> exchange_now(const std::string& socket, const Call& call,
                           std::chrono::milliseconds patience);

/// What takes a long answer while it comes. `piece` returning false ends it (Fault::cancelled).
struct Listener {
    std::function<bool(std::string_view piece)> piece;
    std::function<void(double done)> progress;  // 0..1, after each piece
};

/// A GET whose answer may be of any length; blocks. `patience` is for each piece. A reply with
/// another status than 200 is returned whole; of one with 200 the body is empty. Fault::timeout
/// also when the answer broke off.
Result<Reply> stream_now(const std::string& socket, const std::string& target,
                         const Listener& listener, std::chrono::milliseconds patience);

}  // namespace frugald::ctl
