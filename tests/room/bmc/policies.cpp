#include "tests/room/bmc/policies.h"

#include <algorithm>

namespace frugald::room {

const Policy* NodeManager::find(std::uint8_t id) const {
    const auto found = std::ranges::find(policies_, id, &Policy::id);
    return found == policies_.end() ? nullptr : &*found;
}

const Policy* NodeManager::next(std::uint8_t after) const {
    const auto found = std::ranges::upper_bound(policies_, after, {}, &Policy::id);
    return found == policies_.end() ? nullptr : &*found;
}

void NodeManager::put(const Policy& policy) {
    remove(policy.id);
    policies_.insert(std::ranges::lower_bound(policies_, policy.id, {}, &Policy::id), policy);
}

void NodeManager::remove(std::uint8_t id) {
    std::erase_if(policies_, [id](const Policy& policy) { return policy.id == id; });
}

void NodeManager::enable(std::uint8_t id, bool on) {
    for (Policy& policy : policies_)
        if (policy.id == id) policy.enabled = on;
}

PowerLimit NodeManager::limit() const {
    PowerLimit tightest;
    if (!enabled || !domain_enabled) return tightest;
    for (const Policy& policy : policies_) {
        if (!policy.enabled || (tightest.active && tightest.watts <= policy.watts)) continue;
        tightest.active = true;
        tightest.watts = policy.watts;
        tightest.correction_ms = policy.correction_ms;
        tightest.sampling_s = policy.period_s;
    }
    return tightest;
}

}  // namespace frugald::room
