#pragma once

#include <optional>

#include "daemon/ledger/stretch.h"
#include "daemon/telemetry/energy.h"

namespace frugald {

/// Energy from readings of power: the trapezoid between two that follow each other closely.
class PowerTrack {
public:
    static constexpr std::chrono::minutes longest_gap{5};

    /// What was drawn since the reading before; absent after a gap.
    std::optional<Stretch> add(WallTime at, Watts power);
    void interrupt() {
        energy_.interrupt();
        last_.reset();
    }
    /// No later reading will say anything about the time before.
    WallTime settled(WallTime now) const;

private:
    EnergyIntegral energy_{longest_gap};
    std::optional<WallTime> last_;
};

/// Energy from a device's own counter: the difference, also over a silence, because the device
/// counts on. A counter that steps back, or further than can have been drawn, was reset or
/// belongs to another device: it begins anew, and nothing is known of the time before.
class CounterTrack {
public:
    /// A silence longer than this is a gap all the same: when in it the energy was drawn, in which
    /// day even, would be a guess.
    static constexpr std::chrono::hours longest_silence{3};

    struct Mark {
        WallTime at{};
        Joules counter{};
    };

    /// `power`: what the device says to draw now, if it does; for judging steps.
    std::optional<Stretch> add(WallTime at, Joules counter, std::optional<Watts> power);
    void restore(const Mark& mark) { last_ = mark; }
    void interrupt() { last_.reset(); }
    WallTime settled(WallTime now) const;
    const std::optional<Mark>& last() const { return last_; }
    unsigned resets() const { return resets_; }

private:
    std::optional<Mark> last_;
    std::optional<Watts> last_power_;
    unsigned resets_ = 0;
};

}  // namespace frugald
