#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

struct HistoryOptions {
    std::string nodes{};      // empty: all there are of the kind
    std::string partition{};  // instead of nodes
    std::string job{};        // instead of nodes: those of a job, in its time if nothing is said
    std::string kind = "node";
    std::string since{}, until{};
    std::string quantity = "power_watts";  // "all"
    std::string part{};                    // empty: the total of what has one
    std::string resolution = "auto";
    bool csv = false;
    bool header = true;
};

/// What was stored, as it comes: a line each, or CSV, or with --json one object.
int show_history(const Terminal& terminal, const Daemon& daemon, const HistoryOptions& options);

/// The options that make `nodes` look back. What is returned is to be called when all have been
/// read: whether it shall, or a CLI::ParseError for those that mean nothing without --since or
/// --job.
std::function<bool()> add_history(CLI::App& nodes, HistoryOptions& options);

}  // namespace frugald::ctl
