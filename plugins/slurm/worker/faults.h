#pragma once

#include <string_view>

#include "daemon/core/result.h"

namespace frugald::slurm {

/// What an error number of libslurm means for the operator. `doing` is what was tried: "reading
/// the nodes". The one place where Slurm's numbers become ours.
Error error_of(int number, std::string_view doing);

}  // namespace frugald::slurm
