#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

/// What concerns several levels of the power tree at once. Mistakes are sentences.
namespace frugald {

/// Makes `redundant_with` mutual.
std::vector<std::string> pair_feeds(PowerTree& tree);

/// Every level has the nodes of those below; parents stand before their children.
void gather_nodes(PowerTree& tree);

/// Without knowing what a node may draw, no limit could be kept: the first node of each limited
/// level that no [[model]] names.
std::vector<std::string> unmodelled(const Config& config);

}  // namespace frugald
