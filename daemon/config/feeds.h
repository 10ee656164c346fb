#pragma once

#include <map>
#include <string>

#include "daemon/config/config.h"

namespace frugald {

/// Outlet -> node of every PDU, and every meter with none, as the plugins read them.
using DeviceOutlets = std::map<std::string, std::map<std::string, std::string>>;

/// Gives the levels that a PDU or an outlet measures the nodes that the PDU's own configuration
/// names, and their parents likewise. Fault::invalid, a line each: a level measured by a device
/// that no plugin has, a limit above a node without a [[model]].
Result<void> complete_feeds(Config& config, const DeviceOutlets& devices);

}  // namespace frugald
