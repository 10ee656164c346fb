#pragma once

#include <optional>
#include <string>

#include "daemon/core/pue_picture.h"
#include "daemon/core/pue_settings.h"
#include "daemon/core/snapshot.h"
#include "daemon/ledger/track.h"

namespace frugald {

enum class PueSide { facility, subtract, it };
const char* to_string(PueSide side);

/// One source of the ratio: a meter, a PDU, or the sum of the nodes.
class PueLane {
public:
    PueLane(std::string name, PueSide side, double accuracy_percent);

    /// What a picture brings that the one before had not. For the books a counter is better than
    /// power, for the live figure power is: counters count in coarse steps.
    struct News {
        std::optional<Stretch> booked{};
        std::optional<Stretch> live{};
        bool reset = false;  // the counter began anew
    };
    News take(const Snapshot& now);
    /// The clock was set: nothing is known across that.
    void interrupt();

    /// No later picture will bring anything about the time before.
    WallTime booked_settled(WallTime now) const;
    WallTime live_settled(WallTime now) const;

    PueSource describe() const;
    const std::string& name() const { return name_; }
    PueSide side() const { return side_; }
    /// Of what this source is; absent: it is not there.
    const std::optional<DeviceKind>& kind() const { return kind_; }
    CounterTrack& counter() { return counter_; }
    const CounterTrack& counter() const { return counter_; }
    void set_side(PueSide side, double accuracy_percent);

private:
    void take_device(const Device& device, WallTime now, News& news);
    void take_nodes(const Snapshot& now, News& news);
    void add_power(WallTime at, Watts power, double error_share, News& news);
    void compare(const Stretch& counted);
    bool counts() const { return counted_at_.has_value() && counter_agrees_; }

    std::string name_;
    PueSide side_;
    double accuracy_;
    std::optional<DeviceKind> kind_;
    std::optional<WallTime> powered_at_;  // the newest reading of either kind
    std::optional<WallTime> counted_at_;
    std::optional<Watts> power_;
    PowerTrack power_track_;
    Joules powered_{};                      // by power since the counter was read last,
    Seconds powered_for_{0};                // in so much time
    double by_power_ = 0, by_counter_ = 0;  // joules of the same time, until they are compared
    bool counter_agrees_ = true;            // with the power, as far as that is known
    CounterTrack counter_;
    std::string contradiction_;  // between counter and power; empty: none is known
    std::string trouble_;
};

}  // namespace frugald
