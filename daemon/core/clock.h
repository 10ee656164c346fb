#pragma once

#include <chrono>
#include <string>

namespace frugald {

/// Instants people and files see. Never used for intervals.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
/// Instants that intervals and time-outs are made of.
using SteadyTime = std::chrono::steady_clock::time_point;

/// One instant on both clocks. Deadlines are kept on both, and the earlier one counts: a stepped
/// wall clock or a suspended machine must not lengthen them.
struct Instant {
    SteadyTime steady{};
    WallTime wall{};

    static Instant now();
    friend Instant operator+(Instant at, std::chrono::milliseconds by) {
        return {at.steady + by, at.wall + by};
    }
    /// True as soon as either clock has reached `deadline`.
    bool reached(const Instant& deadline) const {
        return steady >= deadline.steady || wall >= deadline.wall;
    }
};

/// "2026-11-21T07:46:56.123Z"
std::string iso8601(WallTime at);
/// Milliseconds since 1970-01-01 UTC, the form in which instants are stored.
std::int64_t to_unix_ms(WallTime at);
WallTime from_unix_ms(std::int64_t ms);

}  // namespace frugald
