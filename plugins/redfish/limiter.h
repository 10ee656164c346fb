#pragma once

#include "plugins/redfish/machine.h"

namespace frugald::redfish {

/// The node's power limit as its BMC shows it now.
asio::awaitable<Result<CapReading>> read_cap(Machine& machine);

/// Sets the limit and reads it back. Refused outside of what the BMC allows. Nothing that this
/// sends can make a BMC power a node off because of a limit (safety.md N6): HardPowerOff has no
/// encoding here; where a BMC is set to it, that is changed to NoAction and read back before a
/// limit is written, and a limit that shows it nevertheless is taken back.
asio::awaitable<Result<void>> set_limit(Machine& machine, Watts limit);

asio::awaitable<Result<void>> release_limit(Machine& machine);

}  // namespace frugald::redfish
