#pragma once

#include <memory>

#include "daemon/ports/plugin.h"

namespace frugald::modbus {

/// The plugin's factory: reads `[modbus]` and, if it names meters, all meter profiles.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);

}  // namespace frugald::modbus
