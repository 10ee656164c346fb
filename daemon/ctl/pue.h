#pragma once

#include <CLI/CLI.hpp>

#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

/// The verb `pue`.
void add_pue(CLI::App& app, Verb& chosen);

/// "1.25 +-0.02", with what is to be known about it: "1.31 +-0.02 (incomplete)"; "?" without one.
std::string pue_text(const Json& figure);

}  // namespace frugald::ctl
