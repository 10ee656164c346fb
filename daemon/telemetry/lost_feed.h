#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/core/power_tree.h"
#include "daemon/core/tree_picture.h"
#include "daemon/telemetry/balance.h"

namespace frugald {

/// Feeds of a pair A/B whose load has gone over to the other one. Looked at when a window ends.
class LostFeeds {
public:
    void look(const PowerTree& feeds, const Ledger& ledger, WallTime at);
    /// By the name of the feed. It ends when the feed has a fifth of its old load again.
    const std::map<std::string, TreeSuspicion>& lost() const { return lost_; }

private:
    std::map<std::string, TreeSuspicion> lost_;
    std::map<std::string, double> load_before_;  // watts, of the lost ones
};

}  // namespace frugald
