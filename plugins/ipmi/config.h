#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/core/settings.h"
#include "plugins/ipmi/group.h"
#include "plugins/ipmi/network.h"
#include "plugins/ipmi/profiles.h"

namespace frugald::ipmi {

/// Which BMC is which node's.
struct BmcConfig {
    std::string node;
    std::string host;  // name or address
    unsigned short port = 623;
    std::shared_ptr<const Group> group;
};

struct Config {
    NetworkConfig network;
    std::vector<BmcConfig> bmcs;
};

using FindSecret = std::function<Result<Secret>(std::string_view name)>;

/// Reads `[ipmi]` and its `[[ipmi.group]]`s; all mistakes in one Error.
Result<Config> read_config(
    const Settings& part, const FindSecret& secret,
    const std::shared_ptr<const Profiles>& profiles = std::make_shared<const Profiles>());

}  // namespace frugald::ipmi
