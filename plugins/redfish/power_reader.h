#pragma once

#include "plugins/redfish/machine.h"

namespace frugald::redfish {

/// What one poll brought about a node's power.
struct PowerSample {
    std::optional<double> watts{};
    std::string_view source = "redfish";
    std::optional<double> energy_joules{};
    std::vector<Supply> supplies{};
    std::string_view refused{};  // why watts that were read are not believed; empty: none were
};

/// Asks for the node's watts, in the places that discovery found: EnvironmentMetrics, Power, a
/// sensor. A place that has gone is remembered. No watts is a sample without; a fault is a BMC that
/// does not answer, or no place with a readable answer. `chassis`: a node that is not off has
/// watts.
asio::awaitable<Result<PowerSample>> read_node_power(Machine& machine, Chassis chassis);

/// Input watts of the supplies, where these are resources of their own; what fails is left out.
asio::awaitable<std::vector<Supply>> read_supplies(Machine& machine);

}  // namespace frugald::redfish
