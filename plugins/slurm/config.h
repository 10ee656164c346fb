#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "daemon/core/settings.h"

namespace frugald::slurm {

/// `[slurm]`.
struct SlurmConfig {
    std::string conf;  // slurm.conf, absolute
    std::chrono::milliseconds deadline{0};
    std::chrono::milliseconds command_deadline{0};
    std::filesystem::path worker;  // the program frugald-slurm
};

Result<SlurmConfig> read_config(const Settings& part,
                                const std::filesystem::path& program_directory);

}  // namespace frugald::slurm
