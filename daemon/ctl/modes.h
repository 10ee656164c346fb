#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

/// mode, plan, approve, accept-bmc. Each sets `verb` when the command line names it.
void add_modes(CLI::App& app, std::function<int(const Terminal&, const Daemon&)>& verb);

}  // namespace frugald::ctl
