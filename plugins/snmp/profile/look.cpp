#include "plugins/snmp/profile/look.h"

namespace frugald::snmp::profile {

Look look_at(const Recording& recording, const Profile& profile) {
    Look look{.profile = &profile, .plan = {}, .values = {}};
    look.plan = make_plan(profile, recording.walks(columns_to_walk(profile)));
    for (const auto& item : look.plan.items) look.values.push_back(recording.value(item.oid));
    return look;
}

}  // namespace frugald::snmp::profile
