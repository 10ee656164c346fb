// What the fleet's readings are multiplied with, and what they are without.

#include <fmt/format.h>

#include "daemon/telemetry/fleet.h"

namespace frugald {

void Fleet::calibrate(const PowerSource& source, const std::optional<Calibration>& calibration) {
    if (calibration)
        calibrations_.set(source, *calibration);
    else
        calibrations_.drop(source);
    const auto node = nodes_.find(source.device);
    if (node != nodes_.end()) node->second.begin_epoch();
}

namespace {

Error no_such(const PowerSource& source) {
    return {Fault::invalid,
            fmt::format("{} is no node with a BMC, and no PDU or meter that gives the power of "
                        "this part; frugalctl tree shows what is measured by what",
                        to_string(source))};
}

/// Null: it has none.
const Measurement* power_in(const Device& device, const PowerSource& source) {
    for (const auto& part : device.parts)
        if (part.quantity == Quantity::power_watts && part.part == source.part &&
            part.name == source.part_name)
            return &part.measured;
    return nullptr;
}

}  // namespace

Result<Measurement> Fleet::raw_power(const PowerSource& source, WallTime now) const {
    std::optional<Measurement> power;
    const auto node = nodes_.find(source.device);
    const auto device = devices_.find(source.device);
    if (node != nodes_.end() && node->second.node.has_bmc && source.part == Part::total) {
        power = node->second.own_power(now, stale_after_);
    } else if (device != devices_.end()) {
        const auto* const part = power_in(device->second, source);
        if (!part) return tl::unexpected<Error>(no_such(source));
        power = *part;
        if (now - power->at > stale_after_) power->quality = Quality::stale;
    } else {
        return tl::unexpected<Error>(no_such(source));
    }
    if (!power || power->quality != Quality::good)
        return fail(Fault::unavailable,
                    fmt::format("{}: its present power is not known, or not believed; frugalctl "
                                "nodes, devices",
                                to_string(source)));
    power->value /= power->factor;
    return *power;
}

}  // namespace frugald
