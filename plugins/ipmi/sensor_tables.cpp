#include "plugins/ipmi/sensor_tables.h"

#include <algorithm>

namespace frugald::ipmi {

std::shared_ptr<const SensorTable> SensorTables::table(
    const Repository& repository, const Workarounds& workarounds,
    const std::shared_ptr<const Habits>& habits) {
    const std::string key = digest_of(repository) + (workarounds.discrete_reading ? 'd' : '-') +
                            (workarounds.assume_bmc_owner ? 'o' : '-') + habits->name;
    auto& known = tables_[key];
    auto table = known.lock();
    if (!table) {
        table =
            std::make_shared<const SensorTable>(parse_repository(repository, workarounds, *habits));
        known = table;
        // Tables of firmware that is gone are nobody's any more.
        std::erase_if(tables_, [](const auto& each) { return each.second.expired(); });
    }
    return table;
}

std::size_t SensorTables::count() const {
    return static_cast<std::size_t>(std::count_if(
        tables_.begin(), tables_.end(), [](const auto& each) { return !each.second.expired(); }));
}

}  // namespace frugald::ipmi
