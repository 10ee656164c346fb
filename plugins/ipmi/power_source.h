#pragma once

#include <array>
#include <chrono>
#include <memory>

#include "plugins/ipmi/power_judgement.h"
#include "plugins/ipmi/sensors.h"

namespace frugald::ipmi {

struct PowerSample {
    double watts = 0;
    const char* source = "";    // "dcmi", "sdr", "nm" or "psu"
    bool from_sensors = false;  // decoded with the factors of the repository
};

/// The node's power from the best place its BMC offers: DCMI Get Power Reading, else the watt
/// sensor of the whole node, else Intel's Node Manager, else the sum of the supplies' inputs.
///
/// A value that cannot be true never wins (0 W of a node that is not off, 65535, raw FFh of a
/// sensor, "not measured"): the next place is asked in the same poll. A place that fails three
/// polls in a row, or says that it does not know the command, is left alone for a minute at
/// first and up to an hour later, or until the session or the chassis state is another.
class PowerSource {
public:
    using Steady = std::chrono::steady_clock;

    explicit PowerSource(Bmc& bmc);
    ~PowerSource();

    /// Absent: the BMC answers, but not with a power that can be believed: `reason` says why. An
    /// error means that the BMC did not answer at all.
    asio::awaitable<Result<std::optional<PowerSample>>> read(
        Chassis chassis, const SensorTable* sensors, Steady::time_point now = Steady::now());

    /// The one command that reads the power now, where the place in use needs just one and it
    /// worked the last time; valid until the next call of `read`. Null: only `read` will do, which
    /// is also due now and then to see whether a better place works again.
    const Request* single(Steady::time_point now = Steady::now()) const;
    /// What the answer to `single` says. Absent: believe nothing, and `read` the next time.
    std::optional<PowerSample> take_single(const Answer& answer, Chassis chassis);

    /// True once DCMI has failed: only the repository can help.
    bool needs_sensors() const { return dcmi_failed_ || no_dcmi_; }
    /// Why a value that the BMC gave in the last `read` was not believed, in one word for the
    /// counter of rejected readings; empty when there was none.
    std::string_view refused() const;
    /// Why DCMI is not believed; empty when it is.
    std::string reason() const;

private:
    enum class Way : std::uint8_t { dcmi, sensor, node_manager, supplies };
    static constexpr std::array ways{Way::dcmi, Way::sensor, Way::node_manager, Way::supplies};
    struct Single;

    asio::awaitable<Result<Judged>> ask(Way way, Chassis chassis, const SensorTable* sensors);
    asio::awaitable<Result<Judged>> ask_dcmi(Chassis chassis);
    Judged judge_this_dcmi(const Answer& answer, Chassis chassis) const;
    asio::awaitable<Result<Judged>> ask_node_manager(Chassis chassis, Target target);
    asio::awaitable<Result<Judged>> ask_sensors(Chassis chassis, const SensorTable& sensors,
                                                std::vector<std::size_t> which);

    void begin(Chassis chassis, Steady::time_point now);
    void note(Way way, const Judged& judged);
    void settle(Way way, const SensorTable* sensors, Steady::time_point now);
    void plan_retry(Steady::time_point now);
    bool left_alone(Way way) const;
    std::uint8_t& strikes(Way way) { return strikes_[static_cast<std::size_t>(way)]; }

    Bmc& bmc_;
    std::unique_ptr<const Single> single_;  // where `way_` is a single sensor
    Steady::time_point retry_at_{};         // of the places that are left alone
    Steady::time_point look_again_at_{};    // until then `single_` may be used
    unsigned session_ = 0;
    std::array<std::uint8_t, ways.size()> strikes_{};
    std::uint8_t for_good_ = 0;  // bits by way: it said that it never will
    std::uint8_t retry_minutes_ = 1;
    Way way_ = Way::dcmi;
    bool works_ = false;
    bool dcmi_failed_ = false;
    bool no_dcmi_ = false;     // by the habits of this BMC
    bool doubt_dcmi_ = false;  // some of its values mean "none", by its habits
    Chassis chassis_ = Chassis::unknown;
    Trouble dcmi_trouble_ = Trouble::none;
    Trouble refused_ = Trouble::none;
    std::uint8_t dcmi_code_ = 0;
};

}  // namespace frugald::ipmi
