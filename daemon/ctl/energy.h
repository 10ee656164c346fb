#pragma once

#include <CLI/CLI.hpp>

#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

/// The verb `energy`.
void add_energy(CLI::App& app, Verb& chosen);

}  // namespace frugald::ctl
