#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "daemon/core/units.h"
#include "tests/room/loop.h"

namespace frugald::room {

/// What a kind of machine draws.
struct PowerProfile {
    double idle_watts = 100;
    double full_watts = 400;
    double standby_watts = 8;    // chassis off, BMC alive
    double boot_watts = 280;     // while it boots
    double settle_s = 0.5;       // time constant towards a new draw
    double noise_percent = 0.5;  // of the reported draw, a function of seed and second
};

/// A power limit as the client set it (DCMI 1.5, 6.6.2; the Node Manager's are alike).
struct PowerLimit {
    std::uint16_t watts = 0;
    std::uint32_t correction_ms = 1000;
    std::uint16_t sampling_s = 1;
    std::uint8_t exception_action = 0;
    bool active = false;
};

/// Whose limit it is; the machine keeps to both.
enum class LimitOwner { dcmi, node_manager };

/// What DCMI's Get Power Reading tells beside the present draw, since power on.
struct PowerStatistics {
    double least_watts = 0;
    double most_watts = 0;
    double average_watts = 0;
};

/// The draw of one machine over time: it goes exponentially towards what chassis state, load and
/// limit ask for. Pure arithmetic, advanced on demand: an idle room costs nothing.
class PowerModel {
public:
    PowerModel(const PowerProfile& profile, std::uint64_t seed, bool on, TimePoint now);

    void switch_on(TimePoint now, Seconds boot);
    void switch_off(TimePoint now);
    bool on() const { return on_; }
    TimePoint switched_on_at() const { return on_since_; }

    /// 0 idle to 1 full.
    void set_load(double load, TimePoint now);
    double load() const { return load_; }

    /// Takes effect after its correction time.
    void set_limit(const PowerLimit& limit, TimePoint now, LimitOwner owner = LimitOwner::dcmi);
    const PowerLimit& limit() const { return limits_[0].limit; }
    /// While true, limits are kept as they are set, and have no effect.
    void disobey(bool yes, TimePoint now);

    /// While on, the draw is exactly this, whatever load and limit say; nothing: the model again.
    void set_fixed_watts(std::optional<double> watts, TimePoint now);
    std::optional<double> fixed_watts() const { return fixed_; }

    double watts(TimePoint now);
    Joules energy(TimePoint now);
    PowerStatistics statistics(TimePoint now);

private:
    struct Limit {
        PowerLimit limit;
        TimePoint starts{};
        bool holds = false;
    };

    void advance(TimePoint now);
    void drift(TimePoint until);
    double target() const;

    const PowerProfile* profile_;
    std::uint64_t seed_;
    bool on_;
    bool disobeys_ = false;
    double load_ = 0;
    double watts_;
    double joules_ = 0;
    TimePoint at_;
    TimePoint on_since_;
    TimePoint boot_ends_;
    std::array<Limit, 2> limits_;  // by owner
    std::optional<double> fixed_;
    double least_;
    double most_;
    double joules_when_on_ = 0;
};

}  // namespace frugald::room
