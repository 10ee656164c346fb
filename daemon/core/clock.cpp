#include "daemon/core/clock.h"

#include <fmt/chrono.h>

namespace frugald {

Instant Instant::now() {
    return {
        std::chrono::steady_clock::now(),
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

std::string iso8601(WallTime at) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    const auto tm = fmt::gmtime(std::chrono::system_clock::to_time_t(whole));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", tm, (at - whole).count());
}

std::int64_t to_unix_ms(WallTime at) { return at.time_since_epoch().count(); }
WallTime from_unix_ms(std::int64_t ms) { return WallTime{std::chrono::milliseconds{ms}}; }

}  // namespace frugald
