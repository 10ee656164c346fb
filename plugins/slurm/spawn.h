#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "daemon/core/result.h"

namespace frugald::slurm {

/// Starts PROGRAM with `channel` as its fd 3, `printed` as its stderr, /dev/null for the rest and
/// SLURM_CONF=`conf` as the only variable of Slurm; in a process group of its own, so that a
/// Ctrl-C ends the daemon first.
Result<pid_t> spawn_worker(const std::filesystem::path& program, const std::string& conf,
                           int channel, int printed);

}  // namespace frugald::slurm
