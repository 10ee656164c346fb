#pragma once

#include <memory>

#include "daemon/ports/plugin.h"

namespace frugald::command {

/// The plugin's factory: reads `[command]`.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);

}  // namespace frugald::command
