#include "daemon/telemetry/device_energy.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/telemetry/balance.h"
#include "daemon/telemetry/tree.h"

namespace frugald {

namespace {

/// Counters step by up to 1 kWh.
constexpr double counter_step_joules = 3.6e6;

}  // namespace

std::optional<Joules> MeteredEnergy::total() const { return counted_ ? counted_ : watts_.total(); }

/// A counter that grows faster than its meter has ever shown watts is not the same any more.
std::string MeteredEnergy::judge(const Measurement& counter) const {
    const double grown = counter.value - last_->value;
    if (grown < 0)
        return fmt::format("its energy counter fell from {:.1f} to {:.1f} kWh: it was reset",
                           last_->value / 3.6e6, counter.value / 3.6e6);
    const double most = 3 * most_watts_ * Seconds{counter.at - last_->at}.count();
    if (most_watts_ > 0 && grown > most + 2 * counter_step_joules)
        return fmt::format(
            "its energy counter jumped from {:.1f} to {:.1f} kWh, more than its "
            "watts allow",
            last_->value / 3.6e6, counter.value / 3.6e6);
    return {};
}

std::string MeteredEnergy::take(const Measurement* power, const Measurement* counter) {
    if (power) {
        watts_.add(power->at, Watts{power->value});
        most_watts_ = std::max(most_watts_, power->value);
    }
    if (!counter || (last_ && counter->at <= last_->at)) return {};
    std::string strange;
    const Joules by_watts = watts_.total().value_or(Joules{});
    if (last_) {
        strange = judge(*counter);
        const Joules grown = strange.empty()
                                 ? Joules{(counter->value - last_->value) * counter->factor}
                                 : by_watts - watts_at_last_;
        counted_ = counted_.value_or(Joules{}) + grown;
    }
    last_ = *counter;
    watts_at_last_ = by_watts;
    return strange;
}

std::vector<DeviceEnergy::NewEpoch> DeviceEnergy::look(const Snapshot& now) {
    std::vector<NewEpoch> strange;
    for (const auto& [name, device] : now.devices) {
        const auto source = device_source(device);
        const auto power =
            measured_power({name, Part::total, {}, device.kind == DeviceKind::pdu}, now);
        const auto* counter = fresh_part(device, Quantity::energy_joules, Part::total, "");
        const auto text = meters_[source].take(power ? &*power : nullptr, counter);
        if (!text.empty()) strange.push_back({source, text});
    }
    return strange;
}

std::optional<Joules> DeviceEnergy::of(const std::string& source) const {
    const auto found = meters_.find(source);
    return found == meters_.end() ? std::nullopt : found->second.total();
}

}  // namespace frugald
