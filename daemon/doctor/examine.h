#pragma once

#include <vector>

#include "daemon/core/finding.h"
#include "daemon/doctor/facts.h"

namespace frugald::doctor {

/// Every check once, in the order of docs/doctor.md. Pure.
std::vector<Finding> examine(const Facts& facts);

}  // namespace frugald::doctor
