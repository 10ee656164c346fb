#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::command {

/// A program that has been started, in a process group of its own. The descriptors are the
/// caller's to close; they do not block.
struct Child {
    pid_t pid = 0;
    int exit_fd = -1;    // a pidfd: readable once it has ended
    int output_fd = -1;  // what it prints
    int errors_fd = -1;  // what it complains
};

struct Program {
    std::string source;  // the name of the source, told to the program as FRUGALD_SOURCE
    std::vector<std::string> argv;
    std::string user;  // empty: as this process
};

/// Blocks until the program runs. It gets no descriptor and no variable of the daemon's, no input,
/// and / as its directory. Another user needs /usr/bin/setpriv, and this process to be root.
Result<Child> spawn(const Program& program);

}  // namespace frugald::command
