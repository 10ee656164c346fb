#pragma once

#include "plugins/redfish/bmc.h"
#include "plugins/redfish/layout.h"

namespace frugald::redfish {

/// Walks a BMC's tree once: Systems, Chassis, and below the node's chassis only. `wanted`: the
/// system's id; empty: the only one. What is missing is left out; faults are those of a BMC that
/// does not answer, and `invalid` if it does not have exactly that system.
asio::awaitable<Result<Layout>> discover(Bmc& bmc, Sending sending, std::string wanted);

}  // namespace frugald::redfish
