#pragma once

#include <cstddef>
#include <string>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {

/// What is written to where a power limit is: all of it is in this file's functions. None of them
/// knows an exception action but NoAction (safety.md N6).
struct LimitPlace {
    LimitKind kind{};
    std::size_t member = 0;      // of PowerControl
    bool has_exception = false;  // PowerLimit has a LimitException to be written along
};
/// PATCH bodies.
std::string set_body(const LimitPlace& place, long watts);
std::string release_body(const LimitPlace& place);
/// Only the exception action, to NoAction. For LimitKind::power.
std::string disarm_body(const LimitPlace& place);

}  // namespace frugald::redfish
