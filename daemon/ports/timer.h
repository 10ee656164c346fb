#pragma once

#include <boost/asio/basic_waitable_timer.hpp>

#include "daemon/core/clock.h"
#include "daemon/ports/asio.h"

namespace frugald {

/// The steady clock, or a simulation's (core/clock.h).
struct LoopClock {
    using time_point = SteadyTime;
    using duration = time_point::duration;
    using rep = duration::rep;
    using period = duration::period;
    static constexpr bool is_steady = true;
    static time_point now() { return steady_now(); }
};

}  // namespace frugald

/// How long the loop may sleep until its earliest timer. In a simulation it never sleeps: it hears
/// how long it would have, and moves its clock.
template <>
struct boost::asio::wait_traits<frugald::LoopClock> {
    using Duration = frugald::LoopClock::duration;
    static Duration to_wait_duration(const Duration& time) {
        const auto* simulated = frugald::time_source();
        if (!simulated) return time;
        simulated->idle_for(time);
        return Duration::zero();
    }
    static Duration to_wait_duration(const frugald::LoopClock::time_point& at) {
        return to_wait_duration(at - frugald::LoopClock::now());
    }
};

namespace frugald {

/// Every timer of the engine. asio::steady_timer is for what a simulation does not run.
using Timer = asio::basic_waitable_timer<LoopClock>;

}  // namespace frugald
