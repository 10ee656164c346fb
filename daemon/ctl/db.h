#pragma once

#include <CLI/CLI.hpp>

#include "daemon/ctl/verbs.h"

namespace frugald::ctl {

struct DatabaseOptions {
    std::string directory = "/var/lib/frugald";
    std::string target;  // of a backup
    bool audit = false;
};

// By frugald-db; none needs the daemon, and the first two work beside it.
int check_databases(const Terminal& terminal, const DatabaseOptions& options);
int back_up_databases(const Terminal& terminal, const DatabaseOptions& options);
int recover_databases(const Terminal& terminal, const DatabaseOptions& options);

/// Declares `db` to the parser.
void add_db(CLI::App& app, Verb& verb);

}  // namespace frugald::ctl
