#pragma once

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

struct TopOptions {
    std::string sort = "watts";  // or name, temp
    std::size_t rows = 0;        // 0: all, or as many as the screen has
    double every_s = 2;
    unsigned count = 0;  // refreshes; 0: until ended, once if stdout is no terminal
};

/// Power per node, again and again.
int top(const Terminal& terminal, const Daemon& daemon, const TopOptions& options);

/// What is shown: nodes in order, unknown ones last.
void sort_nodes(Json& nodes, const std::string& by);
/// The cluster in two lines.
std::vector<std::string> top_header(const Json& status, const std::string& sorted_by);

}  // namespace frugald::ctl
