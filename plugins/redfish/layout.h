#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/redfish/documents.h"

namespace frugald::redfish {

/// Where on its BMC a node's resources are: what answered when it was looked for. Empty: there is
/// none. All are paths as the BMC writes them.
struct Layout {
    std::string system;
    std::string bios;
    std::string environment;            // has watts
    std::string power;                  // has watts of the node, or inputs of supplies
    std::string sensor;                 // has watts
    std::vector<std::string> supplies;  // PowerSupplyMetrics with input watts
    std::optional<LimitKind> limit_kind;
    std::string limit;                // the resource of that kind
    std::optional<std::string> uuid;  // of the system, else of its manager
    bool power_has_watts = false;

    bool has_watts() const { return !environment.empty() || power_has_watts || !sensor.empty(); }
};

}  // namespace frugald::redfish
