#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

/// calibrate. Sets `verb` when the command line names it.
void add_calibrate(CLI::App& app, std::function<int(const Terminal&, const Daemon&)>& verb);

}  // namespace frugald::ctl
