#include "daemon/telemetry/series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace frugald {

namespace {

/// A step of less than this is never held back: 5 W to 60 W is a supply waking up.
constexpr double least_step_watts = 100;
/// Idle to full load is a factor of up to 7 in one machine. A node that is not known to run has
/// no load at all.
constexpr double most_running_factor = 8;
constexpr double most_other_factor = 5;
/// How far a changed scale may be from a power of ten: the load changes at the same time.
constexpr double scale_tolerance = 0.06;  // decades: 15 %
constexpr std::chrono::hours probation{1};
/// Two meters of one node: they differ by the losses between them and by their moments.
constexpr double alike_share = 0.3;
/// For so long after the chassis was switched, or first seen, a node may go from asleep to full
/// load by itself.
constexpr std::chrono::minutes boot_time{10};

double factor(double a, double b) {
    const double low = std::max(1.0, std::min(a, b));
    return std::max(a, b) / low;
}

bool near(double a, double b, double share) { return std::abs(a - b) <= share * std::max(a, b); }

bool power_of_ten(double ratio) {
    const double decades = std::log10(ratio);
    return std::round(decades) >= 1 && std::abs(decades - std::round(decades)) <= scale_tolerance;
}

}  // namespace

Ruling Series::judge(const PowerSample& now, const Circumstances& where) {
    Ruling ruling;
    note_source(where, ruling);
    note_chassis(now.at, where.chassis);
    if (!held_.empty() && settle_held(now, where, ruling)) return ruling;
    const auto reason = suspicion(now.watts, where);
    if (!reason) {
        believe(now, where, ruling);
    } else {
        held_ = {now};
        held_for_ = *reason;
    }
    return ruling;
}

void Series::note_source(const Circumstances& where, Ruling& ruling) {
    if (where.source == source_ && where.scale == scale_) return;
    ruling.new_epoch = last_.has_value();
    source_ = where.source;
    scale_ = where.scale;
    lattice_ = {};
}

void Series::note_chassis(WallTime at, Chassis chassis) {
    if (chassis == Chassis::unknown || chassis == chassis_) return;
    chassis_ = chassis;
    switched_at_ = at;
}

/// Why a value should wait; nothing when it may be believed at once.
std::optional<std::string_view> Series::suspicion(double watts, const Circumstances& where) const {
    const bool continuous = last_ && near(watts, last_->watts, 0.05);
    if (where.eight_bit && !continuous && lattice_.all_ones(watts)) return "sentinel";
    if (!last_ || std::abs(watts - last_->watts) < least_step_watts) return std::nullopt;
    const bool runs = where.chassis == Chassis::on && last_chassis_ == Chassis::on;
    if (factor(watts, last_->watts) < (runs ? most_running_factor : most_other_factor))
        return std::nullopt;
    const bool switched = where.chassis != last_chassis_ && where.chassis != Chassis::unknown &&
                          last_chassis_ != Chassis::unknown;
    if (switched || (where.witness && near(*where.witness, watts, alike_share)))
        return std::nullopt;
    return "jump";
}

bool Series::confirms(double watts) const {
    const double held = held_.back().watts;
    // A broken sensor repeats its ones; a true value near the end of the scale moves.
    if (held_for_ == "sentinel") return watts != held && near(watts, held, 0.05);
    const double middle = std::sqrt(std::max(1.0, last_->watts) * std::max(1.0, held));
    return (watts > middle) == (held > middle);
}

/// Decides about those held back. True when `now` is decided with them.
bool Series::settle_held(const PowerSample& now, const Circumstances& where, Ruling& ruling) {
    const auto reason = suspicion(now.watts, where);
    const bool ones = reason && *reason == "sentinel";
    if (ones && held_for_ == "jump") {  // a boot goes on behind a sensor that fails for a moment
        ruling.refusals.push_back(*reason);
        return true;
    }
    if (ones || !confirms(now.watts)) {
        ruling.refusals.insert(ruling.refusals.end(), held_.size(), held_for_);
        held_.clear();
        return false;
    }
    held_.push_back(now);
    // A step that meanwhile has an explanation (the chassis was switched) waits no longer.
    if (reason && held_.size() <= where.confirmations) return true;
    if (last_) doubt_scale(now, where, ruling);
    for (const auto& sample : std::exchange(held_, {})) believe(sample, where, ruling);
    return true;
}

/// A running node whose watts become ten times what they were, as never before, may have a new
/// scale rather than a new load; nobody can tell from the number. Where a PDU shows the old level,
/// it can.
void Series::doubt_scale(const PowerSample& sample, const Circumstances& where, Ruling& ruling) {
    const bool contradicted = where.witness && near(*where.witness, last_->watts, alike_share);
    const bool seen_before = running_ && sample.watts >= running_->lowest / 1.5 &&
                             sample.watts <= running_->highest * 1.5;
    const bool rescaled = runs_settled(sample.at, where) && last_chassis_ == Chassis::on &&
                          !seen_before && power_of_ten(factor(sample.watts, last_->watts));
    if (!contradicted && !rescaled) return;
    doubt_ = Doubt{last_->watts, sample.at + probation};
    ruling.new_epoch = true;
    lattice_ = {};
}

bool Series::still_doubted(const PowerSample& sample, const Circumstances& where) {
    if (!doubt_) return false;
    const bool back = factor(sample.watts, doubt_->old_level) <= 1.5;
    const bool over = where.witness ? near(*where.witness, sample.watts, alike_share)
                                    : sample.at >= doubt_->until;
    if (!back && !over) return true;
    doubt_.reset();
    return false;
}

void Series::believe(const PowerSample& sample, const Circumstances& where, Ruling& ruling) {
    const bool was_doubted = doubt_.has_value();
    const bool doubted = still_doubted(sample, where);
    if (doubted) ruling.quality = Quality::suspect;
    if (!doubted && runs_settled(sample.at, where)) {
        // A level that was doubted in vain is one that the node has.
        const double other = was_doubted ? last_->watts : sample.watts;
        if (!running_) running_ = Range{sample.watts, sample.watts};
        running_->lowest = std::min({running_->lowest, sample.watts, other});
        running_->highest = std::max({running_->highest, sample.watts, other});
    }
    last_ = sample;
    last_chassis_ = where.chassis;
    lattice_.learn(sample.watts);
    ruling.accepted.push_back(sample);
}

bool Series::runs_settled(WallTime at, const Circumstances& where) const {
    return where.chassis == Chassis::on && switched_at_ && at - *switched_at_ >= boot_time;
}

}  // namespace frugald
