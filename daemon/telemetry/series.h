#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/snapshot.h"
#include "daemon/telemetry/lattice.h"

namespace frugald {

struct PowerSample {
    double watts = 0;
    WallTime at{};
};

/// What is known about the moment of a reading from elsewhere.
struct Circumstances {
    Chassis chassis = Chassis::unknown;
    std::string_view source{};
    std::uint64_t scale = 0;  // Observation::scale
    bool eight_bit = false;   // it came from an SDR sensor
    /// Readings in a row that make a step believed, beside the first. 1 where a late truth costs
    /// more than a short error (a node's total), 2 where not (its supplies and sensors).
    unsigned confirmations = 1;
    std::optional<double> witness{};  // watts of the same thing by an independent meter, if fresh
};

/// What becomes of a reading, and of one that had to wait for it.
struct Ruling {
    std::vector<PowerSample> accepted;       // in the order of time
    std::vector<std::string_view> refusals;  // reasons: "sentinel", "jump"
    Quality quality = Quality::good;         // of all that were accepted
    bool new_epoch = false;  // from the first accepted one on: not comparable with those before
};

/// One series of power readings of a node: its total, a supply, a sensor. Every reading given has
/// passed reject_reason. A step that no node makes, or the all-ones value of its sensor, is held
/// back until the next readings: when they confirm it, all are accepted and nothing is lost; else
/// it is refused. See docs/telemetry.md.
class Series {
public:
    Ruling judge(const PowerSample& now, const Circumstances& where);

private:
    struct Range {
        double lowest = 0;
        double highest = 0;
    };
    struct Doubt {
        double old_level = 0;
        WallTime until{};
    };
    void note_source(const Circumstances& where, Ruling& ruling);
    void note_chassis(WallTime at, Chassis chassis);
    std::optional<std::string_view> suspicion(double watts, const Circumstances& where) const;
    bool confirms(double watts) const;
    bool settle_held(const PowerSample& now, const Circumstances& where, Ruling& ruling);
    void believe(const PowerSample& sample, const Circumstances& where, Ruling& ruling);
    void doubt_scale(const PowerSample& sample, const Circumstances& where, Ruling& ruling);
    bool runs_settled(WallTime at, const Circumstances& where) const;
    bool still_doubted(const PowerSample& sample, const Circumstances& where);

    std::string source_;
    std::uint64_t scale_ = 0;
    std::optional<PowerSample> last_;          // the newest believed
    Chassis last_chassis_ = Chassis::unknown;  // when it was believed
    Chassis chassis_ = Chassis::unknown;       // the newest known
    std::optional<WallTime> switched_at_;      // since when it is that
    std::optional<Range> running_;   // of the believed, of a node that runs and has booted
    std::vector<PowerSample> held_;  // waiting, all for the same reason and on one level
    std::string_view held_for_;
    std::optional<Doubt> doubt_;
    Lattice lattice_;
};

}  // namespace frugald
