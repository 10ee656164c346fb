#pragma once

#include <cstdint>
#include <optional>

#include "plugins/ipmi/message.h"

namespace frugald::ipmi {

/// What a BMC says of itself (Get Device ID, IPMI 2.0, 20.1).
struct DeviceId {
    std::uint32_t manufacturer = 0;  // IANA enterprise number, 20 bits
    std::uint16_t product = 0;
    /// Major and minor revision and the four auxiliary bytes; changes with each firmware.
    std::uint64_t firmware = 0;
    bool operator==(const DeviceId&) const = default;
};

/// Absent: not that command's answer. Older BMCs leave the auxiliary bytes out.
std::optional<DeviceId> parse_device_id(const Answer& answer);

}  // namespace frugald::ipmi
