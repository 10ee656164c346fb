#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

/// `frugalctl profile check|test|try|record`: device profiles, without the daemon. The work is done
/// by frugald-snmp-profile.
void add_profile(CLI::App& app, std::function<int(const Terminal&, const Daemon&)>& verb);

// What a line of the program's JSON says, for people; docs/profiles.md describes it.
void show_check(const Terminal& terminal, const Json& file);
void show_test(const Terminal& terminal, const Json& file, bool verbose);
void show_device(const Terminal& terminal, const Json& device);

}  // namespace frugald::ctl
