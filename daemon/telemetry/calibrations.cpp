#include "daemon/telemetry/calibrations.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/fields.h"

namespace frugald {

namespace {

Calibration calibration_in(std::string_view text) {
    Calibration one;
    one.factor = number_in<double>(cut(text, ';'));
    one.reference = Watts{number_in<double>(cut(text, ';'))};
    one.raw = Watts{number_in<double>(cut(text, ';'))};
    one.at = from_unix_ms(number_in<std::int64_t>(cut(text, ';')));
    one.author = cut(text, ';');
    one.by = text;
    return one;
}

}  // namespace

std::string Calibrations::text_of(const Calibration& one) {
    return fmt::format("{};{};{};{};{};{}", one.factor, one.reference.value, one.raw.value,
                       to_unix_ms(one.at), one.author, one.by);
}

void Calibrations::load(const std::vector<std::pair<std::string, std::string>>& kept) {
    for (const auto& [name, text] : kept) {
        const auto source = parse_power_source(name);
        auto calibration = calibration_in(text);
        if (source && calibration.factor > 0) set(*source, std::move(calibration));
    }
}

void Calibrations::set(const PowerSource& source, Calibration calibration) {
    drop(source);
    of_[source.device].emplace_back(source, std::move(calibration));
}

void Calibrations::drop(const PowerSource& source) {
    const auto found = of_.find(source.device);
    if (found == of_.end()) return;
    std::erase_if(found->second, [&](const Entry& one) { return one.first == source; });
    if (found->second.empty()) of_.erase(found);
}

bool Calibrations::has(const PowerSource& source) const {
    const auto found = of_.find(source.device);
    return found != of_.end() && std::ranges::any_of(found->second, [&](const Entry& one) {
               return one.first == source;
           });
}

double Calibrations::factor(std::string_view device, Part part, std::string_view part_name) const {
    if (of_.empty()) return 1;
    const auto found = of_.find(device);
    if (found == of_.end()) return 1;
    for (const auto& [source, calibration] : found->second)
        if (source.part == part && source.part_name == part_name) return calibration.factor;
    return 1;
}

std::vector<Calibrations::Entry> Calibrations::list() const {
    std::vector<Entry> all;
    for (const auto& [device, entries] : of_) all.insert(all.end(), entries.begin(), entries.end());
    std::ranges::sort(all, {}, [](const Entry& one) { return to_string(one.first); });
    return all;
}

}  // namespace frugald
