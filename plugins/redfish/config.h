#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/core/settings.h"
#include "plugins/redfish/group.h"

namespace frugald::redfish {

/// Which BMC, and which system of it, is which node's.
struct BmcConfig {
    std::string node;
    std::string host;  // name or address
    unsigned short port = 443;
    std::string system;  // id; empty: the only one
    std::shared_ptr<const Group> group;
    Trust trust;
};

struct Config {
    std::vector<BmcConfig> bmcs;
};

using FindSecret = std::function<Result<Secret>(std::string_view name)>;

/// Reads `[redfish]`, which holds defaults, and its `[[redfish.group]]`s; all mistakes in one
/// Error.
Result<Config> read_config(const Settings& part, const FindSecret& secret);

}  // namespace frugald::redfish
