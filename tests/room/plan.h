#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "tests/room/node.h"
#include "tests/room/udp.h"

namespace frugald::room {

/// One [[bmcs]] table: nodes alike, at consecutive addresses.
struct BmcPlan {
    std::vector<std::string> nodes;
    Address address = 0;  // of the first
    std::uint16_t port = 623;
    bool powered = true;
    NodeKind kind{PowerProfile{}};
};

/// What a room consists of.
struct RoomPlan {
    std::filesystem::path control;  // the control socket; empty: none
    std::uint64_t seed = 1;
    std::vector<BmcPlan> bmcs;
};

}  // namespace frugald::room
