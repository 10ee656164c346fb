#pragma once

#include <map>
#include <vector>

#include "plugins/snmp/plan.h"

namespace frugald::snmp {

/// Energy counters that are too narrow for the life of a device, made wide: what falls from the top
/// quarter of the counter's range into the lowest has gone round. Any other step down is a reset,
/// and the count is the device's again. Forgotten when the program ends, which looks like a reset.
class WideCounters {
public:
    /// `values` are those of `plan.items`, in order.
    void unwrap(const Plan& plan, std::vector<Value>& values);
    /// Forgets what the plan no longer has.
    void keep_only(const Plan& plan);

private:
    struct Counter {
        double last = 0;
        double turns = 0;
    };
    std::map<Oid, Counter> counters_;
};

}  // namespace frugald::snmp
