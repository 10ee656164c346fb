#pragma once

#include <chrono>
#include <map>
#include <string>

#include "daemon/core/units.h"

namespace frugald {

/// What a node draws when nothing measures it, as its administrator says (`[[model]]`).
struct PowerModel {
    Watts off{};
    Watts idle{};
    Watts full{};                         // the most it draws with a job
    Watts boot{};                         // the peak while it boots
    std::chrono::seconds boots_for{180};  // that it lasts
};

/// Node name to model; a node without one is not estimated.
using PowerModels = std::map<std::string, PowerModel, std::less<>>;

}  // namespace frugald
