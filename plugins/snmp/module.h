#pragma once

#include <memory>

#include "daemon/ports/plugin.h"

namespace frugald::snmp {

/// The plugin's factory: reads `[snmp]` and, if it names PDUs, all PDU profiles.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);

}  // namespace frugald::snmp
