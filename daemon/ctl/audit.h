#pragma once

#include <CLI/CLI.hpp>

#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

/// The verb `audit` with its subcommands; the one that is named sets `chosen`.
void add_audit(CLI::App& app, Verb& chosen);

}  // namespace frugald::ctl
