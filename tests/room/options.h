#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/room/plan.h"

namespace frugald::room {

/// The command line of frugald-room.
struct Options {
    bool help = false;
    std::filesystem::path file;      // the room's TOML file
    std::filesystem::path control;   // --control PATH: talk to a running room
    std::vector<std::string> words;  // the command for it
    std::optional<unsigned> bench;   // --bench N: so many plain BMCs without a file
    std::string address = "127.20.0.1";
    std::uint16_t port = 16230;
    std::string user = "admin";
    std::string password = "secret12";
    std::filesystem::path bench_control;  // --control-socket PATH, with --bench
};

std::string usage();
Result<Options> read_options(const std::vector<std::string>& arguments);
Result<RoomPlan> bench_plan(const Options& options);
/// The room of a file; its keys are in docs/room.md.
Result<RoomPlan> read_plan(const std::filesystem::path& file);

}  // namespace frugald::room
