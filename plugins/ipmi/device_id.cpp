#include "plugins/ipmi/device_id.h"

namespace frugald::ipmi {

std::optional<DeviceId> parse_device_id(const Answer& answer) {
    constexpr std::size_t least_size = 11, with_auxiliary = 15;
    if (!answer.completed() || answer.data.size() < least_size) return std::nullopt;
    const Bytes data = answer.data;
    DeviceId device;
    // Bit 7 of the first byte says "updating", which is no difference.
    device.firmware = static_cast<std::uint64_t>(data[2] & 0x7f) << 40 |
                      static_cast<std::uint64_t>(data[3]) << 32;
    if (data.size() >= with_auxiliary) device.firmware |= le32(data, 11);
    device.manufacturer = le16(data, 6) | static_cast<std::uint32_t>(data[8] & 0x0f) << 16;
    device.product = le16(data, 9);
    return device;
}

}  // namespace frugald::ipmi
