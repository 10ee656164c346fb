#include "plugins/snmp/wide_counters.h"

#include <cmath>
#include <set>

namespace frugald::snmp {

void WideCounters::unwrap(const Plan& plan, std::vector<Value>& values) {
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        const auto& item = plan.items[i];
        auto& value = values[i];
        if (item.column->counter_bits == 0 || !item.measured(value)) continue;
        const double range = std::ldexp(1.0, static_cast<int>(item.column->counter_bits));
        auto& counter = counters_[item.oid];
        if (value.number < counter.last) {
            const bool round = counter.last >= 0.75 * range && value.number < 0.25 * range;
            counter.turns = round ? counter.turns + 1 : 0;
        }
        counter.last = value.number;
        value.number += counter.turns * range;
    }
}

void WideCounters::keep_only(const Plan& plan) {
    std::set<Oid> kept;
    for (const auto& item : plan.items) kept.insert(item.oid);
    std::erase_if(counters_, [&](const auto& entry) { return !kept.contains(entry.first); });
}

}  // namespace frugald::snmp
