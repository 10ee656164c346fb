#pragma once

#include <functional>
#include <string>

#include "plugins/snmp/profile/options.h"
#include "plugins/snmp/profiles.h"

namespace frugald::snmp::profile {

using Write = std::function<void(const std::string& text)>;

/// Does what the command line says; answers go to `write`, a line of JSON each (of `record`: the
/// recording). The exit code: 0, or 1 when something is wrong.
int run(const Options& options, const ReadSettings& read, const Write& write);

// The verbs.
int check_files(const Options& options, const ReadSettings& read, const Write& write);
int test_files(const Options& options, const ReadSettings& read, const Write& write);
int try_device(const Options& options, const ReadSettings& read, const Write& write);
int record_device(const Options& options, const ReadSettings& read, const Write& write);

/// All profiles, or only the one that `options.profile` names (a file if it has a '/' or ends in
/// .toml).
Result<Profiles> chosen_profiles(const Options& options, const ReadSettings& read);
/// At most 64 MiB.
Result<std::string> read_file(const std::filesystem::path& file);

}  // namespace frugald::snmp::profile
