#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/core/result.h"
#include "tests/room/meter/meter.h"
#include "tests/room/node.h"
#include "tests/room/pdu/pdu.h"
#include "tests/room/udp.h"

namespace frugald::room {

/// Consecutive addresses at one port, and the number of what is behind the first.
struct Range {
    Address first = 0;
    std::uint32_t count = 0;
    std::uint32_t index = 0;
    std::uint16_t port = 0;

    bool holds(Address address, std::uint16_t at_port) const {
        return at_port == port && address - first < count;
    }
    std::size_t at(Address address) const { return index + (address - first); }
};

/// The devices of the room. Nothing grows after the room is built: tasks hold references.
struct Inventory {
    std::vector<Node> nodes;
    std::unordered_map<std::string_view, std::uint32_t> names;
    std::vector<Pdu> pdus;
    std::vector<Meter> meters;
    std::unordered_map<std::string_view, std::uint32_t> pdu_names;

    Node* find(std::string_view name) {
        const auto found = names.find(name);
        return found == names.end() ? nullptr : &nodes[found->second];
    }
    Meter* find_meter(std::string_view name);
    /// "all" or a nodeset; every name must be known.
    Result<std::vector<Node*>> select(std::string_view nodeset);

    struct Devices {
        std::vector<Node*> nodes;
        std::vector<Pdu*> pdus;
        std::vector<Meter*> meters;
    };
    /// The same with PDUs and meters; "all" means all nodes.
    Result<Devices> select_devices(std::string_view nodeset);
};

}  // namespace frugald::room
