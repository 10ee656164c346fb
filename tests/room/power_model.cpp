#include "tests/room/power_model.h"

#include <algorithm>
#include <cmath>

#include "tests/room/random.h"

namespace frugald::room {

namespace {
Clock::duration in_ticks(Seconds time) { return std::chrono::duration_cast<Clock::duration>(time); }
}  // namespace

PowerModel::PowerModel(const PowerProfile& profile, std::uint64_t seed, bool on, TimePoint now)
    : profile_(&profile),
      seed_(seed),
      on_(on),
      watts_(on ? profile.idle_watts : profile.standby_watts),
      at_(now),
      on_since_(now),
      boot_ends_(now),
      least_(watts_),
      most_(watts_) {}

void PowerModel::switch_on(TimePoint now, Seconds boot) {
    advance(now);
    if (on_) return;
    on_ = true;
    on_since_ = now;
    boot_ends_ = now + in_ticks(boot);
    least_ = most_ = watts_;
    joules_when_on_ = joules_;
}

void PowerModel::switch_off(TimePoint now) {
    advance(now);
    on_ = false;
    // a machine that is cut has no inertia worth a model
    watts_ = profile_->standby_watts;
    load_ = 0;
}

void PowerModel::set_load(double load, TimePoint now) {
    advance(now);
    load_ = std::clamp(load, 0.0, 1.0);
}

void PowerModel::set_limit(const PowerLimit& limit, TimePoint now, LimitOwner owner) {
    advance(now);
    Limit& ours = limits_[static_cast<std::size_t>(owner)];
    ours.holds = ours.holds && limit.active;
    ours.limit = limit;
    ours.starts = now + std::chrono::milliseconds(limit.correction_ms);
}

void PowerModel::disobey(bool yes, TimePoint now) {
    if (yes == disobeys_) return;
    advance(now);
    disobeys_ = yes;
}

void PowerModel::set_fixed_watts(std::optional<double> watts, TimePoint now) {
    advance(now);
    fixed_ = watts;
}

double PowerModel::target() const {
    if (!on_) return profile_->standby_watts;
    if (fixed_) return *fixed_;
    double wanted = profile_->idle_watts + load_ * (profile_->full_watts - profile_->idle_watts);
    if (at_ < boot_ends_) wanted = std::max(wanted, profile_->boot_watts);
    // no limit brings a machine below what it draws doing nothing
    for (const Limit& each : limits_)
        if (each.holds && !disobeys_)
            wanted = std::min(wanted, std::max<double>(each.limit.watts, profile_->idle_watts));
    return wanted;
}

void PowerModel::drift(TimePoint until) {
    const double seconds = Seconds(until - at_).count();
    const double goal = target();
    const bool jumps = !on_ || fixed_ || profile_->settle_s <= 0;
    const double settle = jumps ? 0 : profile_->settle_s;
    const double left = settle > 0 ? std::exp(-seconds / settle) : 0;
    joules_ += goal * seconds + (watts_ - goal) * settle * (1 - left);
    watts_ = goal + (watts_ - goal) * left;
    least_ = std::min(least_, watts_);
    most_ = std::max(most_, watts_);
    at_ = until;
}

void PowerModel::advance(TimePoint now) {
    if (on_ && at_ < boot_ends_ && boot_ends_ < now) drift(boot_ends_);
    const bool first_first = limits_[0].starts <= limits_[1].starts;
    for (Limit* each : {&limits_[first_first ? 0 : 1], &limits_[first_first ? 1 : 0]}) {
        if (!each->limit.active || each->holds || each->starts > now) continue;
        if (at_ < each->starts) drift(each->starts);
        each->holds = true;
    }
    if (at_ <= now) drift(now);
}

double PowerModel::watts(TimePoint now) {
    advance(now);
    if (!on_ || fixed_ || profile_->noise_percent <= 0) return watts_;
    const auto second =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const std::uint64_t bits = mix(seed_ ^ mix(static_cast<std::uint64_t>(second)));
    const double between = static_cast<double>(bits >> 11) / 4503599627370496.0 - 1;
    return watts_ * (1 + between * profile_->noise_percent / 100);
}

Joules PowerModel::energy(TimePoint now) {
    advance(now);
    return Joules{joules_};
}

PowerStatistics PowerModel::statistics(TimePoint now) {
    advance(now);
    const double seconds = Seconds(now - on_since_).count();
    const double average = seconds > 0 ? (joules_ - joules_when_on_) / seconds : watts_;
    return {least_, most_, average};
}

}  // namespace frugald::room
