#pragma once

#include <algorithm>
#include <functional>
#include <optional>

#include "daemon/core/clock.h"

namespace frugald::sim {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// The one clock of a simulated cluster: time since the begin of its history, and a wall clock of
/// the management host (frugald, slurmctld) that can be stepped. Nobody ever sleeps.
class VirtualClock : public TimeSource {
public:
    Instant now() const override { return {origin() + time_, wall_of(time_) + step_}; }
    void idle_for(SteadyTime::duration time) const override {
        if (time <= SteadyTime::duration::zero()) return;  // something is due now
        next_timer_ = time > forever ? std::nullopt : std::optional{time_ + time};
        when_idle_();
    }

    milliseconds time() const { return std::chrono::floor<milliseconds>(time_); }
    /// What the wall clocks of the compute nodes show: those are never stepped.
    WallTime true_wall() const { return wall_of(time_); }
    WallTime wall() const { return now().wall; }

    void advance_to(SteadyTime::duration time) { time_ = std::max(time_, time); }
    void step_wall(milliseconds by) { step_ += by; }
    milliseconds step() const { return step_; }

    /// What ends the loop's run once nothing is ready any more.
    void when_idle(std::function<void()> stop) { when_idle_ = std::move(stop); }
    /// When the loop's earliest timer is due, as it has told since `forget_timer`.
    std::optional<SteadyTime::duration> next_timer() const { return next_timer_; }
    void forget_timer() { next_timer_.reset(); }

private:
    static constexpr hours forever{24 * 3650};
    static SteadyTime origin() { return SteadyTime{} + hours{24}; }
    static WallTime wall_of(SteadyTime::duration time) {
        const WallTime begin{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};
        return begin + std::chrono::floor<milliseconds>(time);
    }

    SteadyTime::duration time_{0};
    milliseconds step_{0};
    std::function<void()> when_idle_;
    mutable std::optional<SteadyTime::duration> next_timer_;
};

}  // namespace frugald::sim
