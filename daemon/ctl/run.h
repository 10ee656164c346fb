#pragma once

#include "daemon/ctl/terminal.h"

namespace frugald::ctl {

/// frugalctl: reads the command line, asks the daemon, returns the exit code.
int run(int argc, const char* const* argv, Terminal terminal);

}  // namespace frugald::ctl
