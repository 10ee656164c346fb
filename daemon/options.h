#pragma once

#include <filesystem>
#include <optional>

namespace frugald {

struct Options {
    std::filesystem::path config = "/etc/frugald/frugald.toml";
    bool check_config = false;
    bool list_plugins = false;
    bool release_economy_caps = false;
};

/// The command line of frugald(8). Absent: it has been answered (`--help`, a mistake), and
/// `exit_code` says how to end.
std::optional<Options> parse_options(int argc, char** argv, int& exit_code);

}  // namespace frugald
