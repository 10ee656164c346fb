#include "daemon/store/samples/matcher.h"

#include <algorithm>
#include <unordered_set>

namespace frugald::samples {

namespace {

template <class T>
bool among(const std::vector<T>& wanted, const T& one) {
    return wanted.empty() || std::ranges::find(wanted, one) != wanted.end();
}

}  // namespace

Matcher::Matcher(const Catalogue& catalogue, const SampleQuery& query)
    : catalogue_(catalogue), query_(query) {
    const std::unordered_set<std::string> devices{query.devices.begin(), query.devices.end()};
    for (const auto& stream : catalogue.streams()) {
        const bool wanted = stream.id != 0 && (!query.kind || stream.kind == *query.kind) &&
                            (devices.empty() || devices.contains(stream.device));
        if (wanted) streams_.push_back(stream.id);
    }
}

bool Matcher::wants(std::uint32_t id) {
    if (id >= catalogue_.sensors().size()) return false;
    if (wanted_.size() <= id) wanted_.resize(catalogue_.sensors().size(), -1);
    if (wanted_[id] < 0) {
        const auto& sensor = catalogue_.sensors()[id];
        wanted_[id] = sensor.id != 0 && among(query_.quantities, sensor.quantity) &&
                      among(query_.parts, sensor.part) &&
                      among(query_.part_names, sensor.part_name);
    }
    return wanted_[id] > 0;
}

const Matcher::Columns* Matcher::of_set(std::uint32_t set) {
    if (set == columns_of_ && set != 0) return &columns_;
    const auto* sensors = catalogue_.set(set);
    if (sensors == nullptr || set == 0) return nullptr;
    columns_ = {};
    columns_of_ = set;
    for (unsigned place = 0; place < sensors->size(); ++place) {
        if (!wants((*sensors)[place])) continue;
        columns_.places.push_back(place);
        columns_.sensors.push_back(&catalogue_.sensors()[(*sensors)[place]]);
    }
    return &columns_;
}

}  // namespace frugald::samples
