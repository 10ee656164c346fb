#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/result.h"

namespace frugald::slurm {

/// The release that SLURM_VERSION_NUMBER names, "22.05".
std::string release_of_headers(long number);
/// The release that a libslurm of this slurm_api_version() belongs to; "libslurm.so.46" if it is
/// newer than those known here.
std::string release_of_library(long api);

/// Refuses a libslurm of another release than the headers this was built with: its structures are
/// others, and what would be read is nonsense.
std::optional<Error> wrong_library(long built, long running_api);

/// Refuses a slurmctld of an older release than libslurm, both as "22.05.8" or "22.05": Slurm
/// promises that a server understands older clients, never newer ones. A version that cannot be
/// read is not refused.
std::optional<Error> older_controller(std::string_view library, std::string_view controller);

}  // namespace frugald::slurm
