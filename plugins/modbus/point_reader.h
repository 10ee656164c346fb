#pragma once

#include "daemon/core/settings.h"
#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// Reads the tables `total`, `L1`, `L2`, `L3` and `N` of `reader` and puts their points into `map`;
/// one that is there already is replaced. `profile` says what holds for points that do not say.
void read_points(SettingsReader& reader, const Profile& profile, Map& map);

}  // namespace frugald::modbus
