#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace frugald::doctor {

/// One [[ipmi.group]] of the configuration: node by node its BMC's name or address.
struct BmcGroup {
    std::vector<std::string> nodes;
    std::vector<std::string> hosts;  // in the nodes' order
    std::int64_t port = 623;
    std::vector<std::int64_t> cipher_suites;
};

/// The plugin has judged them; what it would refuse is left out here.
std::vector<BmcGroup> bmc_groups(const Config& config);

}  // namespace frugald::doctor
