#include "daemon/ledger/track.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace frugald {

namespace {

/// Between two readings the power may have been higher than at both, and a counter may count in
/// steps of up to 10 kWh.
constexpr double most_rise = 3;
constexpr Joules coarsest_step{36e6};
/// No meter of a machine room sees as much.
constexpr Watts most_power{100e6};

Joules most_energy(std::optional<Watts> before, std::optional<Watts> now, Seconds time) {
    if (!before || !now) return most_power * time;
    const Watts higher{std::max(std::abs(before->value), std::abs(now->value))};
    return higher * most_rise * time + coarsest_step;
}

}  // namespace

std::optional<Stretch> PowerTrack::add(WallTime at, Watts power) {
    const auto before = energy_.total();
    energy_.add(at, power);
    const auto since = std::exchange(last_, at);
    const double joules =
        energy_.total().value_or(Joules{}).value - before.value_or(Joules{}).value;
    const bool integrated = since && at > *since && at - *since <= longest_gap;
    if (!integrated || (!before && !energy_.total())) return std::nullopt;
    return Stretch{*since, at, joules};
}

WallTime PowerTrack::settled(WallTime now) const {
    const WallTime given_up = now - longest_gap;
    return last_ ? std::max(*last_, given_up) : given_up;
}

std::optional<Stretch> CounterTrack::add(WallTime at, Joules counter, std::optional<Watts> power) {
    const auto before = std::exchange(last_, Mark{at, counter});
    const auto power_before = std::exchange(last_power_, power);
    if (!before || at <= before->at || at - before->at > longest_silence) return std::nullopt;
    const Joules drawn = counter - before->counter;
    if (drawn < Joules{} || drawn > most_energy(power_before, power, at - before->at)) {
        ++resets_;
        return std::nullopt;
    }
    return Stretch{before->at, at, drawn.value};
}

WallTime CounterTrack::settled(WallTime now) const {
    const WallTime given_up = now - longest_silence;
    return last_ ? std::max(last_->at, given_up) : now;
}

}  // namespace frugald
