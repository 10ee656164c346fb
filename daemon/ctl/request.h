#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "daemon/ctl/discover.h"
#include "daemon/ctl/top.h"
#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

inline constexpr const char* nodes_help = "nodeset, as in 'c[001-064],gpu1'";

/// What the command line said; `verb` is set by the subcommand it names.
struct Request {
    std::string socket = "/run/frugald/api.sock";
    NodesOptions list;
    HistoryOptions history;
    ActOptions act;
    TopOptions top;
    DiscoverOptions discover;
    std::string node;
    std::string since = "1h";
    unsigned most = 1000;
    std::string lasting;
    double watts = 0;
    bool accept_job_loss = false;
    bool verbose = false;
    bool no_header = false;
    std::function<int(const Terminal&, const Daemon&)> verb;
};

// Each declares its verb to the parser.
void add_doctor(CLI::App& app, Request& request);
void add_top(CLI::App& app, Request& request);
void add_discover(CLI::App& app, Request& request);

}  // namespace frugald::ctl
