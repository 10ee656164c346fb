#pragma once

#include <vector>

#include "daemon/core/sample.h"
#include "daemon/core/snapshot.h"

namespace frugald {

/// The power of the cluster, of each partition and of each level of the power tree at this
/// instant, as samples with the source "sum": watts of the nodes with a good reading (calibrated),
/// and which part of the nodes that is (coverage_ratio, 0..1). Where nothing is measured there is
/// no sum. A level that has a measurement of its own has that too, with the source "measured".
std::vector<Sample> sums_of(const Snapshot& picture);

}  // namespace frugald
