#pragma once

#include "daemon/ctl/daemon.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

/// One column of `frugalctl nodes`, made from a node of /api/v1/nodes.
struct NodeColumn {
    const char* name;  // for --columns
    const char* header;
    bool right;
    Table::Cell (*cell)(const Json& node);
};

/// The columns of a list like "node,watts"; the usual ones if it is empty.
Attempt<std::vector<const NodeColumn*>> choose_columns(const std::string& columns);

/// All names, for the help.
std::string column_names();

/// A power that is not stale; it may be suspect or an estimate.
bool has_power(const Json& node);

/// A good power reading.
bool is_measured(const Json& node);

}  // namespace frugald::ctl
