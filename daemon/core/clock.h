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

/// What timers and time-outs of the loop count by; the machine's steady clock but in simulations.
SteadyTime steady_now();

/// Where `Instant::now` and `steady_now` look. There is one for a process: simulations put their
/// own in its place before anything else is made (tests/sim), nobody else does.
class TimeSource {
public:
    virtual ~TimeSource() = default;
    virtual Instant now() const = 0;
    /// The loop has nothing to do until this much time has passed: its earliest timer.
    virtual void idle_for(SteadyTime::duration time) const = 0;
};
/// Null: the machine's clocks.
void use_time_source(const TimeSource* source);
const TimeSource* time_source();

/// "2026-11-21T07:46:56.123Z"
std::string iso8601(WallTime at);
/// Milliseconds since 1970-01-01 UTC, the form in which instants are stored.
std::int64_t to_unix_ms(WallTime at);
WallTime from_unix_ms(std::int64_t ms);

}  // namespace frugald
