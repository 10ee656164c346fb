#pragma once

#include <string>
#include <vector>

#include "plugins/snmp/profile/look.h"

namespace frugald::snmp::profile {

/// Whether the readings of one device can be true together.
struct Check {
    std::string name;  // "outlets", "power", "plausible", "names"
    bool good = true;
    std::string text;
};

///   outlets    the outlets' power adds up to the total within 5 % or 50 W
///   power      no part draws more than U * I * 1.05, as far as the device's steps allow to say
///   plausible  no value that cannot be of a rack: 1,000 A, 1,000 V, 50 kW from an outlet
///   names      no two readings with one name
/// A check that the readings do not allow to make is left out.
std::vector<Check> check(const Look& look);

}  // namespace frugald::snmp::profile
