#pragma once

#include <filesystem>

#include "daemon/doctor/facts.h"

namespace frugald::doctor {

FileFacts look_at(const std::filesystem::path& path);
DirectoryFacts look_into(const std::filesystem::path& path);
/// `path` as slurm.conf has it, without arguments.
ProgramFacts look_at_program(const std::string& path);
/// Names like those of slurmctld's hosts: with and without domain.
std::vector<std::string> own_names();

struct ProbePlaces {
    std::filesystem::path munge_socket = "/run/munge/munge.socket.2";
};

/// Looks at everything the checks need. Blocks on the file system and the name service: not for the
/// loop's thread. Names of BMCs are looked up for `patience` at most, the rest stays unknown.
Probes probe(const Config& config, const SchedulerView* slurm, const ProbePlaces& places = {},
             std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace frugald::doctor
