#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "daemon/core/settings.h"

namespace frugald::command {

/// One `[[command.source]]`.
struct SourceConfig {
    std::string name;
    DeviceKind kind = DeviceKind::meter;
    std::vector<std::string> argv;  // the first is a full path; no shell sees any of it
    std::string user;               // empty: as frugald itself
    std::chrono::milliseconds interval{60000};
    std::chrono::milliseconds timeout{10000};
};

struct CommandConfig {
    std::size_t at_once = 4;  // programs that run at the same time
    std::vector<SourceConfig> sources;
};

/// The `[command]` table. All mistakes in one Error, a line each.
Result<CommandConfig> read_config(const Settings& part);

}  // namespace frugald::command
