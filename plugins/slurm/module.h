#pragma once

#include <memory>

#include "daemon/ports/plugin.h"

namespace frugald::slurm {

/// The plugin's factory: reads `[slurm]`.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);

}  // namespace frugald::slurm
