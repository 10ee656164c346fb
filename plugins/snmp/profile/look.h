#pragma once

#include <vector>

#include "plugins/snmp/plan.h"
#include "plugins/snmp/recording.h"

namespace frugald::snmp::profile {

/// What a profile reads from one device at one moment.
struct Look {
    const Profile* profile = nullptr;
    Plan plan;
    std::vector<Value> values;  // of plan.items, in order
};

/// The profile of a replayed device applied to it. Nothing about a device that is not recorded.
Look look_at(const Recording& recording, const Profile& profile);

}  // namespace frugald::snmp::profile
