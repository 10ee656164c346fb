#include "daemon/core/clock.h"

#include <fmt/chrono.h>

#include <ctime>

namespace frugald {

namespace {
const TimeSource* source_in_use = nullptr;
}

void use_time_source(const TimeSource* source) { source_in_use = source; }
const TimeSource* time_source() { return source_in_use; }

SteadyTime steady_now() {
    return source_in_use ? source_in_use->now().steady : std::chrono::steady_clock::now();
}

Instant Instant::now() {
    if (source_in_use) return source_in_use->now();
    return {
        std::chrono::steady_clock::now(),
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

std::string iso8601(WallTime at) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    // Not by the clock's to_time_t: that goes through nanoseconds, which end in 2262.
    const auto tm = fmt::gmtime(static_cast<std::time_t>(whole.time_since_epoch().count()));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", tm, (at - whole).count());
}

std::int64_t to_unix_ms(WallTime at) { return at.time_since_epoch().count(); }
WallTime from_unix_ms(std::int64_t ms) { return WallTime{std::chrono::milliseconds{ms}}; }

}  // namespace frugald
