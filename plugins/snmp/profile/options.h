#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plugins/snmp/account.h"
#include "plugins/snmp/engine.h"

namespace frugald::snmp::profile {

/// The command line of the program, secrets read.
struct Options {
    enum class Verb { check, test, ask, record };
    Verb verb = Verb::check;
    std::vector<std::filesystem::path> files;
    std::filesystem::path profiles;  // the directory
    std::string profile = "auto";    // name or file
    std::filesystem::path expected;  // file, or directory with NAME.json; empty: none
    std::filesystem::path exceptions;
    Account account;
    Patience patience;
    bool redact = false;
};

/// Absent: it has said what is wrong, or the help, and `exit_code` is set. `profiles` is where they
/// are if the command line does not say.
std::optional<Options> read_options(int argc, char** argv, const std::filesystem::path& profiles,
                                    int& exit_code);

}  // namespace frugald::snmp::profile
