#pragma once

#include "daemon/core/reading.h"
#include "plugins/ipmi/sensors.h"

namespace frugald::ipmi {

struct PowerSample {
    double watts = 0;
    const char* source = "";  // "dcmi" or "sdr"
};

/// The node's power from the best place its BMC offers: DCMI Get Power Reading, else the watt
/// sensors of its repository. What a BMC cannot do is not asked again before its next session.
class PowerSource {
public:
    explicit PowerSource(Bmc& bmc) : bmc_(bmc) {}

    /// Absent: the BMC answers, but not with a power that can be believed: `reason` says why. A
    /// reading of 0 W of a node that is on, or one that the BMC marks as not measured, is no
    /// reading. An error means that the BMC did not answer at all.
    asio::awaitable<Result<std::optional<PowerSample>>> read(Chassis chassis,
                                                             const SensorTable* sensors);

    /// The one command that reads the power now, when the way in use needs exactly one and worked
    /// the last time. Null: read it with `read`.
    const Request* single() const;
    /// What the answer to `single` says. Absent: nothing to believe; read it with `read`.
    std::optional<PowerSample> take_single(const Answer& answer, Chassis chassis);

    /// True once DCMI has failed: only the repository can help.
    bool needs_sensors() const { return dcmi_failed_; }
    const std::string& reason() const { return reason_; }

private:
    asio::awaitable<Result<std::optional<double>>> read_dcmi(Chassis chassis);
    asio::awaitable<Result<std::optional<double>>> read_sensors(const SensorTable& sensors);

    Bmc& bmc_;
    unsigned session_ = 0;
    bool dcmi_possible_ = true;
    bool dcmi_failed_ = false;
    bool dcmi_works_ = false;
    std::string reason_;
};

}  // namespace frugald::ipmi
