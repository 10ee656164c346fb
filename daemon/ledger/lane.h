#pragma once

#include <optional>
#include <string>

#include "daemon/core/pue_picture.h"
#include "daemon/core/pue_settings.h"
#include "daemon/core/snapshot.h"
#include "daemon/ledger/track.h"

namespace frugald {

enum class Side { facility, subtract, it };
const char* to_string(Side side);

/// One source of the ratio: a meter, a PDU, or the sum of the nodes.
class Lane {
public:
    Lane(std::string name, Side side, double accuracy_percent);

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
    Side side() const { return side_; }
    /// Of what this source is; absent: it is not there.
    const std::optional<DeviceKind>& kind() const { return kind_; }
    CounterTrack& counter() { return counter_; }
    const CounterTrack& counter() const { return counter_; }
    void set_side(Side side, double accuracy_percent);

private:
    void take_device(const Device& device, WallTime now, News& news);
    void take_nodes(const Snapshot& now, News& news);
    void add_power(WallTime at, Watts power, double error_share, News& news);
    bool counts() const { return counted_at_.has_value(); }

    std::string name_;
    Side side_;
    double accuracy_;
    std::optional<DeviceKind> kind_;
    std::optional<WallTime> powered_at_;  // the newest reading of either kind
    std::optional<WallTime> counted_at_;
    std::optional<Watts> power_;
    PowerTrack power_track_;
    CounterTrack counter_;
    std::string trouble_;
};

}  // namespace frugald
