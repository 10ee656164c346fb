#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/telemetry/accusation.h"

namespace frugald {

/// Of the balances `open` between a BMC and its outlets, those that come out when an outlet of one
/// node changes places with an outlet of another, or belongs to a node for which none is named.
std::vector<Accusation> find_miswired(const Ledger& ledger, const std::set<std::string>& open);

}  // namespace frugald
