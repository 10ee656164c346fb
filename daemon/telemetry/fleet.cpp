#include "daemon/telemetry/fleet.h"

#include <algorithm>

#include "daemon/telemetry/quality.h"

namespace frugald {

namespace {

/// Without a store nobody takes the accepted readings: keep the newest of them only.
constexpr std::size_t most_accepted = 500'000;

/// Power of a node or of something in it: judged as a series. Other quantities jump as they like.
bool is_node_power(const Observation& seen, const Reading& reading) {
    return seen.kind == DeviceKind::node && reading.quantity == Quantity::power_watts;
}

}  // namespace

void Fleet::take(const Observation& seen) {
    if (seen.failure)
        ++counters_.poll_failures[to_string(seen.failure->fault)];
    else
        counters_.poll_duration.record(seen.took);
    if (seen.kind == DeviceKind::node) {
        const auto found = nodes_.find(seen.device);
        if (found != nodes_.end()) take_node(found->second, seen);
        return;
    }
    const auto found = devices_.find(seen.device);
    if (found != devices_.end()) take_device(found->second, seen);
}

void Fleet::take_device(Device& device, const Observation& seen) {
    note_reach(seen, device.reachable, device.failure);
    device.reachable = seen.failure == nullptr;
    device.failure = seen.failure ? seen.failure->text : std::string{};
    if (seen.failure) return;
    device.last_answer = seen.at;
    for (const Reading& reading : seen.readings) {
        if (!possible(seen, reading, Chassis::unknown)) continue;
        note_accepted(seen, reading);
        keep(seen, reading, device.parts);
    }
    share_out(device, seen.at);
}

/// What its outlets say of the nodes they feed.
void Fleet::share_out(const Device& device, WallTime at) {
    for (const auto& name : feeds_.nodes_of(device.name)) {
        const auto found = nodes_.find(name);
        if (found == nodes_.end()) continue;
        NodeRecord& record = found->second;
        record.share = feeds_.share(name, devices_);
        const auto share = record.fresh_share(at, stale_after_);
        if (!share) continue;
        record.freeze.pdu_share(share->value, at);
        const auto used = record.shown(at, stale_after_);
        if (used->source == share->source) record.integrate("pdu", {share->value, at});
    }
}

void Fleet::take_node(NodeRecord& record, const Observation& seen) {
    Node& node = record.node;
    note_reach(seen, node.reachable, node.failure);
    node.reachable = seen.failure == nullptr;
    node.failure = seen.failure ? seen.failure->text : std::string{};
    if (seen.failure) return;
    ++record.rounds;
    node.last_answer = seen.at;
    if (seen.chassis != Chassis::unknown) {
        if (node.chassis != seen.chassis && node.chassis != Chassis::unknown)
            changes_.push_back({node.name, node.chassis, seen.chassis, seen.at});
        node.chassis = seen.chassis;
        node.chassis_at = seen.at;
    }
    for (const Reading& reading : seen.readings) {
        if (!possible(seen, reading, node.chassis)) continue;
        if (is_node_power(seen, reading)) {
            take_power(record, seen, reading);
        } else {
            note_accepted(seen, reading);
            const auto& part = keep(seen, reading, node.parts);
            record.freeze.part(static_cast<std::size_t>(&part - node.parts.data()), part);
        }
    }
}

void Fleet::take_power(NodeRecord& record, const Observation& seen, const Reading& reading) {
    const bool total = reading.part == Part::total;
    Circumstances where{.chassis = record.node.chassis,
                        .source = seen.source,
                        .scale = seen.scale,
                        .eight_bit = seen.source == "sdr" || seen.source == "psu",
                        .confirmations = total ? 1U : 2U};
    if (total)
        if (const auto share = record.fresh_share(seen.at, stale_after_))
            where.witness = share->value;
    const Ruling ruling =
        record.series_of(reading.part, reading.part_name).judge({reading.value, seen.at}, where);
    for (const auto reason : ruling.refusals) refuse(reason);
    if (total) take_total(record, seen, ruling);
    const bool suspect = ruling.quality != Quality::good || (total && record.freeze.frozen());
    for (const auto& sample : ruling.accepted) {
        Observation then = seen;
        then.at = sample.at;
        const std::string source = std::string{seen.source} + (suspect ? " suspect" : "");
        then.source = source;
        Reading one = reading;
        one.value = sample.watts;
        note_accepted(then, one);
        if (total) continue;
        then.source = seen.source;
        PartMeasurement& part = keep(then, one, record.node.parts);
        part.measured.quality = ruling.quality;
        record.freeze.part(static_cast<std::size_t>(&part - record.node.parts.data()), part);
    }
}

void Fleet::take_total(NodeRecord& record, const Observation& seen, const Ruling& ruling) {
    const std::string source{seen.source};
    // Another source is an epoch only when it comes into use: see integrate.
    if (ruling.new_epoch && record.energy_source == source) record.begin_epoch();
    for (const auto& sample : ruling.accepted) {
        record.freeze.total(sample.watts, sample.at, record.node.chassis);
        const double factor = calibrations_.factor(record.node.name, Part::total, {});
        const double watts = sample.watts * factor;
        record.node.power = Measurement{watts, sample.at, source, ruling.quality, factor};
        if (ruling.quality == Quality::good && !record.freeze.frozen())
            record.integrate(source, {watts, sample.at});
        else
            record.energy.interrupt();
    }
}

/// A first answer is no news; a first silence is.
void Fleet::note_reach(const Observation& seen, bool was_reachable,
                       const std::string& old_failure) {
    const std::string device{seen.device};
    if (seen.failure && old_failure.empty()) reach_changes_.push_back({device, seen.failure->text});
    if (!seen.failure && !was_reachable && !old_failure.empty())
        reach_changes_.push_back({device, {}});
}

bool Fleet::possible(const Observation& seen, const Reading& reading, Chassis chassis) {
    const auto reason = reject_reason(reading, seen.kind, chassis);
    if (reason) refuse(*reason);
    return !reason;
}

void Fleet::note_accepted(const Observation& seen, const Reading& reading) {
    // Ratings come with every answer and hardly ever change: history has no use for them.
    if (reading.quantity == Quantity::rating_amperes) return;
    if (accepted_.size() >= most_accepted)
        accepted_.erase(accepted_.begin(), accepted_.begin() + most_accepted / 2);
    accepted_.push_back({seen.at, seen.kind, std::string{seen.device}, reading.quantity,
                         reading.part, std::string{reading.part_name}, std::string{seen.source},
                         reading.value});
}

PartMeasurement& Fleet::keep(const Observation& seen, const Reading& reading,
                             std::vector<PartMeasurement>& parts) {
    const auto same = [&reading](const PartMeasurement& part) {
        return part.quantity == reading.quantity && part.part == reading.part &&
               part.name == reading.part_name;
    };
    auto found = std::ranges::find_if(parts, same);
    if (found == parts.end())
        found = parts.insert(found,
                             {reading.quantity, reading.part, std::string{reading.part_name}, {}});
    const bool power = reading.quantity == Quantity::power_watts;
    const bool calibrated =
        seen.kind != DeviceKind::node && (power || reading.quantity == Quantity::energy_joules);
    const double factor =
        calibrated ? calibrations_.factor(seen.device, reading.part, reading.part_name) : 1;
    found->measured = {power ? reading.value * factor : reading.value, seen.at,
                       std::string{seen.source}, Quality::good, factor};
    return *found;
}

}  // namespace frugald
