#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "plugins/slurm/worker/load.h"

namespace frugald::slurm {

/// libslurm with one slurm.conf. Every call may block for a minute, and a slurm.conf that libslurm
/// does not accept ends the whole process: only frugald-slurm may hold one of these.
class Library {
public:
    explicit Library(std::string conf) : conf_(std::move(conf)) {}

    /// Reads slurm.conf first, if it is new or has changed since.
    Reply answer(const Request& request);

private:
    std::optional<Error> open();

    const std::string conf_;
    std::optional<timespec> opened_as_of_;  // the file's time when libslurm read it
    Loader loader_;
};

}  // namespace frugald::slurm
