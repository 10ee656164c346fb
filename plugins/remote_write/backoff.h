#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <string>

#include "daemon/core/clock.h"
#include "plugins/remote_write/config.h"

namespace frugald::remote_write {

/// What the field Retry-After asks for, in seconds or as a date; absent: nothing that makes sense.
std::optional<std::chrono::milliseconds> parse_retry_after(const std::string& text, WallTime now);

/// How long to wait after a failure: twice as long as before, with as much chance as order in it,
/// so that many senders do not come back at once.
class Backoff {
public:
    explicit Backoff(const Patience& patience) : patience_(patience) {}

    std::chrono::milliseconds next(std::optional<std::chrono::milliseconds> asked);
    void reset() { length_ = {}; }

private:
    const Patience patience_;
    std::chrono::milliseconds length_{0};
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace frugald::remote_write
