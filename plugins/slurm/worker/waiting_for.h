#pragma once

#include <string>

namespace frugald::slurm {

/// Whom this process is talking to at this moment, from its open sockets: "munged (at
/// /run/munge/munge.socket.2)", "slurmctld (at 10.0.0.1:6817)". libslurm does not tell, and an
/// operator needs to know which of the two hangs.
std::string waiting_for();

}  // namespace frugald::slurm
