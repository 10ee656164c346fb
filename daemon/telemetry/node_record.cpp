#include "daemon/telemetry/node_record.h"

#include <algorithm>

namespace frugald {

Series& NodeRecord::series_of(Part part, std::string_view name) {
    if (part == Part::total) return total;
    const auto same = [&](const PartSeries& one) { return one.part == part && one.name == name; };
    auto found = std::ranges::find_if(parts, same);
    if (found == parts.end()) found = parts.insert(found, {part, std::string{name}, {}});
    return found->series;
}

std::optional<Measurement> NodeRecord::own_power(WallTime now,
                                                 std::chrono::milliseconds limit) const {
    auto power = node.power;
    if (!power) return power;
    if (now - power->at > limit)
        power->quality = Quality::stale;
    else if (power->quality == Quality::good && freeze.frozen())
        power->quality = Quality::suspect;
    return power;
}

std::optional<Measurement> NodeRecord::fresh_share(WallTime now,
                                                   std::chrono::milliseconds limit) const {
    if (!share || now - share->at > limit) return std::nullopt;
    if (share->value <= 0 && node.chassis == Chassis::on) return std::nullopt;
    return share;
}

std::optional<Measurement> NodeRecord::shown(WallTime now, std::chrono::milliseconds limit) const {
    auto own = own_power(now, limit);
    if (own && own->quality == Quality::good) return own;
    if (auto fed = fresh_share(now, limit)) return fed;
    return own;
}

void NodeRecord::begin_epoch() {
    energy.interrupt();
    ++node.power_epoch;
}

void NodeRecord::integrate(const std::string& source, const PowerSample& sample) {
    if (!energy_source.empty() && energy_source != source) begin_epoch();
    energy_source = source;
    energy.add(sample.at, Watts{sample.watts});
    node.energy_total = energy.total();
}

}  // namespace frugald
