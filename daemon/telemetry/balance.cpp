#include "daemon/telemetry/balance.h"

#include <algorithm>
#include <cmath>

#include "daemon/telemetry/tree.h"

namespace frugald {

namespace {

constexpr double least_watts = 50;
constexpr double learning = 0.02;  // of each window of 30 s

/// What the node's BMC says; not what stands in for it.
const Measurement* bmc_power(const Snapshot& now, const Node& node) {
    const auto* power = fresh_power(now, node.name);
    return power && power->source != "pdu" && power->source != "model" ? power : nullptr;
}

bool fresh(const PartMeasurement& part) { return part.measured.quality == Quality::good; }

}  // namespace

std::string bmc_source(const std::string& node) { return "BMC of " + node; }

std::string outlet_source(const std::string& pdu, const std::string& outlet) {
    return "outlet " + pdu + ":" + outlet;
}

std::string device_source(const Device& device) {
    return (device.kind == DeviceKind::meter ? "meter " : "pdu ") + device.name;
}

std::string meter_source(const FeedMeter& meter) {
    if (meter.device.empty()) return {};
    if (meter.part == Part::outlet) return outlet_source(meter.device, meter.part_name);
    const std::string device = (meter.is_pdu ? "pdu " : "meter ") + meter.device;
    if (meter.part == Part::total) return device;
    return device + " " + to_string(meter.part) + " " + meter.part_name;
}

bool Balance::contains(const std::string& source) const {
    return std::ranges::find(whole, source) != whole.end() ||
           std::ranges::find(parts, source) != parts.end();
}

bool Balance::agrees() const {
    const double difference = whole_watts - parts_watts;
    if (parts_may_lack && difference > 0) return true;
    const double larger = std::max(std::abs(whole_watts), std::abs(parts_watts));
    return std::abs(difference) <= std::max(least_watts, tolerance * larger);
}

double Balance::mended(const std::string& source, double by) const {
    if (by == 0) return 0;
    const bool is_whole = std::ranges::find(whole, source) != whole.end();
    const double before = unusual();
    const double after = is_whole ? before + by : before - by;
    return std::clamp((std::abs(before) - std::abs(after)) / std::abs(by), -1.0, 1.0);
}

void Ledger::note(const std::string& source, const Measurement* measured) {
    auto& trail = trails_[source];
    trail.watts.push_back(measured ? std::optional{measured->value} : std::nullopt);
    if (measured) trail.at = measured->at;
    trail.noted = true;
}

void Ledger::note_all(const Snapshot& now) {
    for (const auto& [name, node] : now.nodes)
        if (node.has_bmc) note(bmc_source(name), bmc_power(now, node));
    for (const auto& [name, device] : now.devices) {
        const FeedMeter whole{name, Part::total, {}, device.kind == DeviceKind::pdu};
        const auto total = measured_power(whole, now);
        note(device_source(device), total ? &*total : nullptr);
        for (const auto& part : device.parts) {
            if (part.quantity != Quantity::power_watts || part.part == Part::total) continue;
            const FeedMeter meter{name, part.part, part.name, whole.is_pdu};
            note(meter_source(meter), fresh(part) ? &part.measured : nullptr);
        }
    }
    for (auto at = trails_.begin(); at != trails_.end();) {
        auto& watts = at->second.watts;
        if (!std::exchange(at->second.noted, false)) watts.push_back(std::nullopt);
        while (watts.size() > kept_looks) watts.pop_front();
        const bool silent = std::ranges::none_of(watts, [](const auto& one) { return !!one; });
        at = silent ? trails_.erase(at) : std::next(at);
    }
}

/// Absent unless every one of them has a value.
std::optional<double> Ledger::newest(const std::vector<std::string>& sources) const {
    double sum = 0;
    for (const auto& source : sources) {
        const auto trail = trails_.find(source);
        if (trail == trails_.end() || !trail->second.watts.back()) return std::nullopt;
        sum += *trail->second.watts.back();
    }
    return sum;
}

void Ledger::add(Balance& one) const {
    const auto whole = newest(one.whole), parts = newest(one.parts);
    if (!whole || !parts) return;
    one.whole_sum += *whole;
    one.parts_sum += *parts;
    ++one.looks;
}

/// A window counts when both sides were there for half of it, and the whole was read anew.
void Ledger::end_window(Balance& one) const {
    const unsigned looks = std::exchange(one.looks, 0);
    const double whole = std::exchange(one.whole_sum, 0), parts = std::exchange(one.parts_sum, 0);
    std::optional<WallTime> at;
    for (const auto& source : one.whole)
        if (const auto trail = trails_.find(source); trail != trails_.end())
            at = std::max(at, trail->second.at);
    if (looks * 2 < looks_per_window || at == one.counted_at) return;
    one.counted_at = at;
    one.whole_watts = whole / looks;
    one.parts_watts = parts / looks;
    const bool agrees = one.agrees();
    if (agrees && one.whole_watts > least_watts) {
        const double share = (one.whole_watts - one.parts_watts) / one.whole_watts;
        one.usual = one.usual ? *one.usual + learning * (share - *one.usual) : share;
    }
    one.ok = agrees ? one.ok + 1 : 0;
    one.out = agrees ? 0 : one.out + 1;
}

bool Ledger::look(const PowerTree& feeds, const Snapshot& now) {
    note_all(now);
    if (looks_ == 0) {
        auto declared = balances_of(feeds, now);
        for (auto& [key, one] : declared) {
            const auto known = balances_.find(key);
            const bool same = known != balances_.end() && known->second.whole == one.whole &&
                              known->second.parts == one.parts;
            if (same) one = std::move(known->second);
        }
        balances_ = std::move(declared);
    }
    for (auto& [key, one] : balances_) add(one);
    if (++looks_ < looks_per_window) return false;
    looks_ = 0;
    for (auto& [key, one] : balances_) end_window(one);
    return true;
}

}  // namespace frugald
