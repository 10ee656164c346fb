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

/// One [[pdu]] table: PDUs alike, at consecutive addresses.
struct PduPlan {
    std::vector<std::string> names;
    Address address = 0;
    std::uint16_t port = 161;
    std::string community = "public";
    std::string recording;  // a file; empty: a live one
    std::string shape = "apc-rpdu2";
    std::vector<std::string> outlets;  // the nodes, dealt out in order, the first PDU first
    std::size_t outlet_count = 0;      // per PDU; 0: as many as it has nodes
    unsigned phases = 1;
    double volts = 230;
    double rating_amperes = 32;
};

/// One [[meter]] table: a building meter that speaks Modbus TCP.
struct MeterPlan {
    std::string name;
    Address address = 0;
    std::uint16_t port = 502;
    std::uint8_t unit = 1;
    std::vector<std::string> nodes;  // empty: all
    double overhead = 1.25;
    double start_watt_hours = 0;
};

/// What a room consists of.
struct RoomPlan {
    std::filesystem::path control;  // the control socket; empty: none
    std::uint64_t seed = 1;
    std::vector<BmcPlan> bmcs;
    std::vector<PduPlan> pdus;
    std::vector<MeterPlan> meters;
};

}  // namespace frugald::room
