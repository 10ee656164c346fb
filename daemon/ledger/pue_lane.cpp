#include "daemon/ledger/pue_lane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace frugald {

namespace {

/// The sum of the nodes is taken so often; their BMCs are not asked more often either.
constexpr std::chrono::seconds nodes_interval{5};
/// Of the nodes so many must be measured for the sum to say anything.
constexpr double enough_nodes = 0.9;
constexpr std::chrono::minutes long_silent{3};

/// Null: the device has none, or it is too old.
const Measurement* total(const Device& device, Quantity quantity) {
    for (const auto& part : device.parts)
        if (part.part == Part::total && part.quantity == quantity &&
            part.measured.quality == Quality::good)
            return &part.measured;
    return nullptr;
}

/// A counter and the power of the same device are compared over so much energy, in joules: three
/// steps of the coarsest counter. Further apart than this factor, one of them is on a wrong scale,
/// or the counter stands still.
constexpr double compared_over = 108e6, most_apart = 3;
/// What is compared must be of the same time, nearly: over a silence there is no power.
constexpr double same_time = 0.2;

struct NodeSum {
    Watts power{};
    std::size_t known = 0;
    std::size_t all = 0;
};

/// Of all nodes that frugald is there to measure. One that is off and whose BMC gives no watts
/// draws next to nothing.
NodeSum sum_of(const Snapshot& now) {
    NodeSum sum;
    for (const auto& [name, node] : now.nodes) {
        if (!node.has_bmc && !node.managed && !node.power) continue;
        ++sum.all;
        const bool counts = node.power && (node.power->quality == Quality::good ||
                                           node.power->quality == Quality::estimated);
        if (counts) sum.power += Watts{node.power->value};
        sum.known += counts || node.chassis == Chassis::off;
    }
    return sum;
}

}  // namespace

const char* to_string(PueSide side) {
    switch (side) {
        case PueSide::facility:
            return "facility";
        case PueSide::subtract:
            return "subtract";
        case PueSide::it:
            return "it";
    }
    return "unknown";
}

PueLane::PueLane(std::string name, PueSide side, double accuracy_percent)
    : name_(std::move(name)), side_(side), accuracy_(accuracy_percent / 100) {}

void PueLane::set_side(PueSide side, double accuracy_percent) {
    side_ = side;
    accuracy_ = accuracy_percent / 100;
}

PueLane::News PueLane::take(const Snapshot& now) {
    News news;
    if (name_ == PueSettings::nodes) {
        take_nodes(now, news);
        return news;
    }
    const auto found = now.devices.find(name_);
    if (found == now.devices.end()) {
        kind_.reset();
        trouble_ = "no meter or PDU of this name is configured";
        return news;
    }
    kind_ = found->second.kind;
    take_device(found->second, now.at.wall, news);
    return news;
}

void PueLane::take_device(const Device& device, WallTime now, News& news) {
    const Measurement* const power = total(device, Quantity::power_watts);
    const Measurement* const counter = total(device, Quantity::energy_joules);
    power_ = power ? std::optional{Watts{power->value}} : std::nullopt;
    const auto& mark = counter_.last();
    if (power && !counter && mark && now - mark->at > CounterTrack::longest_silence) {
        counter_.interrupt();  // it has none any more
        counted_at_.reset();
    }
    std::optional<Stretch> counted;
    if (counter && counter->at != counted_at_) {
        const unsigned resets = counter_.resets();
        counted = counter_.add(counter->at, Joules{counter->value}, power_);
        news.reset = counter_.resets() != resets;
        if (counted) counted->joules *= counter->factor;
        if (counted) counted->error_joules = std::abs(counted->joules) * accuracy_;
        if (!power) news.live = counted;
        counted_at_ = counter->at;
    }
    if (power && power->at != powered_at_) add_power(power->at, *power_, accuracy_, news);
    if (counted) compare(*counted);
    if (counts()) news.booked = counted;
    const auto last = std::max(powered_at_, counted_at_);
    trouble_ = contradiction_;
    if (!device.failure.empty() && (!last || now - *last > long_silent))
        trouble_ = device.failure;
    else if (!last)
        trouble_ = device.last_answer ? "it gives neither a total power nor an energy counter"
                                      : "no answer yet";
    else if (now - *last > long_silent)
        trouble_ = fmt::format("no reading since {}", iso8601(*last));
}

/// What does not agree with the power of the same device is not used.
void PueLane::compare(const Stretch& counted) {
    const Joules powered = std::exchange(powered_, {});
    const Seconds apart = counted.length() - std::exchange(powered_for_, Seconds{0});
    if (std::abs(apart / counted.length()) > same_time) return;
    by_counter_ += counted.joules;
    by_power_ += powered.value;
    if (by_power_ < compared_over) return;
    counter_agrees_ = by_counter_ > by_power_ / most_apart && by_counter_ < by_power_ * most_apart;
    contradiction_.clear();
    if (!counter_agrees_)
        contradiction_ = fmt::format(
            "its energy counter says {:.1f} kWh where its power says {:.1f} kWh: power is used; "
            "check its profile",
            by_counter_ / 3.6e6, by_power_ / 3.6e6);
    by_counter_ = by_power_ = 0;
}

void PueLane::take_nodes(const Snapshot& now, News& news) {
    if (powered_at_ && now.at.wall > *powered_at_ && now.at.wall - *powered_at_ < nodes_interval)
        return;
    kind_ = DeviceKind::node;
    const NodeSum sum = sum_of(now);
    const double known =
        sum.all == 0 ? 0 : static_cast<double>(sum.known) / static_cast<double>(sum.all);
    power_.reset();
    trouble_ = fmt::format("{} of {} nodes are measured, {:.0f} % are needed", sum.known, sum.all,
                           100 * enough_nodes);
    if (known < enough_nodes || sum.all == 0) return;
    trouble_.clear();
    power_ = sum.power;
    add_power(now.at.wall, sum.power, accuracy_ + (1 - known), news);
}

void PueLane::add_power(WallTime at, Watts power, double error_share, News& news) {
    auto stretch = power_track_.add(at, power);
    powered_at_ = at;
    if (!stretch) return;
    stretch->error_joules = std::abs(stretch->joules) * error_share;
    news.live = stretch;
    powered_ += Joules{stretch->joules};
    powered_for_ += stretch->length();
    if (!counts()) news.booked = stretch;
}

void PueLane::interrupt() {
    power_track_.interrupt();
    counter_.interrupt();
}

WallTime PueLane::booked_settled(WallTime now) const {
    // A counter known from the last run will be read again soon, and tell what was drawn meanwhile.
    return counts() || counter_.last() ? counter_.settled(now) : power_track_.settled(now);
}

WallTime PueLane::live_settled(WallTime now) const {
    return powered_at_ ? power_track_.settled(now) : counter_.settled(now);
}

PueSource PueLane::describe() const {
    const auto last = std::max(powered_at_, counted_at_);
    return {name_, to_string(side_), counts() ? "counter" : last ? "power" : "", power_,
            last,  trouble_};
}

}  // namespace frugald
