#pragma once

#include <string_view>

#include "daemon/core/power_tree.h"
#include "daemon/core/snapshot.h"
#include "daemon/core/tree_picture.h"

namespace frugald {

/// The power tree as the picture's devices and nodes measure it now. Pure. Only Quality::good
/// counts; everything else is unknown. Energy, suspicions and surplus are TreeWatch's.
TreePicture measure_tree(const PowerTree& feeds, const Snapshot& now);

/// Fresh value of a part of a device. Absent: not measured, not fresh.
const Measurement* fresh_part(const Device& device, Quantity quantity, Part part,
                              std::string_view name);
/// Power by the meter of a level. A PDU without a total has the sum of its lines; that is as old
/// as the oldest of them.
std::optional<Measurement> measured_power(const FeedMeter& meter, const Snapshot& now);
/// Fresh power of a node.
const Measurement* fresh_power(const Snapshot& now, std::string_view node);

}  // namespace frugald
