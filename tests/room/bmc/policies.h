#pragma once

#include <cstdint>
#include <vector>

#include "tests/room/power_model.h"

namespace frugald::room {

/// Where Intel's management engine sits behind its BMC.
inline constexpr std::uint8_t node_manager_address = 0x2c, node_manager_channel = 0;

/// One power policy of the whole platform, as it was set (Set Node Manager Policy, C1h).
struct Policy {
    std::uint8_t id = 0;
    bool enabled = false;
    std::uint8_t trigger = 0;  // bytes 6 and 7 of the request as they came
    std::uint8_t exceptions = 0;
    std::uint16_t watts = 0;
    std::uint32_t correction_ms = 0;
    std::uint16_t trigger_limit = 0;
    std::uint16_t period_s = 0;
};

/// The policies of one node's Node Manager. The tightest one that is enabled holds.
class NodeManager {
public:
    const Policy* find(std::uint8_t id) const;
    const Policy* next(std::uint8_t after) const;
    void put(const Policy& policy);
    void remove(std::uint8_t id);
    std::size_t count() const { return policies_.size(); }

    bool enabled = true;  // the three switches of Enable/Disable Policy Control
    bool domain_enabled = true;
    void enable(std::uint8_t id, bool on);

    /// Not active when no policy holds.
    PowerLimit limit() const;

private:
    std::vector<Policy> policies_;  // by id
};

}  // namespace frugald::room
