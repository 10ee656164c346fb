#pragma once

#include <optional>

#include "plugins/ipmi/discover/survey.h"

namespace frugald::ipmi::discover {

/// What the command line wants. Absent: there is nothing to do, `exit_code` says why.
std::optional<Plan> read_options(int argc, char** argv, int& exit_code);

/// The password in a file that only its owner, who is root or us, may read or write.
Result<Secret> read_password(const std::string& path);

/// The BMC of each node: `pattern` with {node}, or a nodeset of as many names or addresses.
Result<std::vector<Candidate>> find_targets(const std::string& nodes, const std::string& pattern,
                                            unsigned short port);

}  // namespace frugald::ipmi::discover
