#include "daemon/telemetry/freeze.h"

#include <algorithm>

namespace frugald {

namespace {

constexpr std::chrono::minutes longest_honest{30};
constexpr std::chrono::minutes settling{5};
constexpr unsigned fewest_repeats = 20;
/// What proves another load: watts of something else, or the temperature of a CPU.
constexpr double telling_watts = 50;
constexpr double telling_share = 0.3;
constexpr double telling_celsius = 15;

}  // namespace

void Freeze::total(double watts, WallTime at, Chassis chassis) {
    last_ = at;
    ++repeats_;
    if (watts_ == watts && chassis == Chassis::on) return;
    watts_ = chassis == Chassis::on ? std::optional{watts} : std::nullopt;
    since_ = at;
    repeats_ = 0;
    pdu_.reset();
    watt_sensors_.clear();
    cpu_celsius_.clear();
}

void Freeze::part(std::size_t index, const PartMeasurement& part) {
    if (part.part != Part::sensor) return;
    const bool watts = part.quantity == Quantity::power_watts;
    const bool cpu = part.quantity == Quantity::temperature_celsius &&
                     part.name.find("CPU") != std::string::npos;
    if (!watts && !cpu) return;
    auto& ranges = watts ? watt_sensors_ : cpu_celsius_;
    if (ranges.size() <= index) ranges.resize(index + 1);
    widen(ranges[index], part.measured.value, part.measured.at);
}

void Freeze::pdu_share(double watts, WallTime at) { widen(pdu_, watts, at); }

void Freeze::widen(std::optional<Range>& range, double value, WallTime at) const {
    if (!watts_ || at - since_ < settling) return;
    if (!range) range = Range{value, value};
    range->low = std::min(range->low, value);
    range->high = std::max(range->high, value);
}

bool Freeze::frozen() const {
    if (!watts_ || repeats_ < fewest_repeats || last_ - since_ < longest_honest) return false;
    const auto other_load = [](const std::optional<Range>& range) {
        return range && range->high - range->low >= telling_watts &&
               range->high - range->low >= telling_share * range->high;
    };
    const auto hotter = [](const std::optional<Range>& range) {
        return range && range->high - range->low >= telling_celsius;
    };
    return other_load(pdu_) || std::ranges::any_of(watt_sensors_, other_load) ||
           std::ranges::any_of(cpu_celsius_, hotter);
}

}  // namespace frugald
