#pragma once

#include "daemon/core/settings.h"
#include "plugins/snmp/profile.h"

namespace frugald::snmp {

/// One `[[table]]` of a profile; OIDs without a leading dot are below `base`.
Table read_table(SettingsReader& reader, const Oid& base);

}  // namespace frugald::snmp
