#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <span>

namespace frugald::ipmi {

using Bytes = std::span<const std::uint8_t>;

/// A short run of bytes without a heap: messages live in coroutine frames by the thousand.
template <std::size_t Most>
class Buffer {
public:
    Buffer() = default;
    Buffer(std::initializer_list<std::uint8_t> bytes) {
        assign(Bytes(bytes.begin(), bytes.size()));
    }

    static constexpr std::size_t capacity() { return Most; }
    std::size_t size() const { return size_; }
    std::uint8_t operator[](std::size_t i) const {
        assert(i < size_);
        return bytes_[i];
    }
    std::uint8_t* data() { return bytes_.data(); }
    void resize(std::size_t size) {
        assert(size <= Most);
        size_ = size;
    }
    void assign(Bytes from) {
        resize(from.size());
        std::copy(from.begin(), from.end(), bytes_.begin());
    }
    operator Bytes() const { return {bytes_.data(), size_}; }

private:
    std::array<std::uint8_t, Most> bytes_;
    std::size_t size_ = 0;
};

/// A packet as it goes over the network.
using Packet = Buffer<512>;

/// The controller that is to carry a command out: the BMC itself, or a satellite behind it on an
/// IPMB channel (IPMI 2.0, 6.13), which the BMC is asked to pass the command on to.
struct Target {
    std::uint8_t channel = 0;
    std::uint8_t address = 0x20;  // slave address; 20h is the BMC

    bool bridged() const { return channel != 0 || address != 0x20; }
    bool operator==(const Target&) const = default;
};

/// One command: network function, logical unit, and the command byte with its data.
struct Request {
    std::uint8_t net_fn = 0;
    std::uint8_t lun = 0;
    Buffer<48> bytes;  // bytes[0] is the command
    Target target{};
};

/// An answer as it came out of its packet, not yet matched with a request. `data` follows the
/// completion code and is valid until its codec is used again.
struct Message {
    std::uint8_t net_fn = 0;
    std::uint8_t rq_seq = 0;
    std::uint8_t command = 0;
    std::uint8_t completion_code = 0;
    Bytes data{};
};

/// The BMC's answer to a command; `data` follows the completion code.
struct Answer {
    std::uint8_t completion_code = 0;
    Buffer<256> data;

    bool completed() const { return completion_code == 0; }
};

/// The slave address of every BMC, on the IPMB and in LAN messages.
inline constexpr std::uint8_t bmc_address = 0x20;

/// Byte `index` of a number, the lowest first.
inline std::uint8_t byte_of(std::uint32_t value, int index) {
    return static_cast<std::uint8_t>(value >> (8 * index));
}

inline std::uint16_t le16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
inline std::uint32_t le32(Bytes bytes, std::size_t at) {
    return static_cast<std::uint32_t>(le16(bytes, at)) |
           static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16;
}

/// What brings the sum of the bytes to 0, modulo 256 (IPMI 2.0, 13.8).
inline std::uint8_t checksum(Bytes bytes) {
    return static_cast<std::uint8_t>(-std::accumulate(bytes.begin(), bytes.end(), 0));
}

}  // namespace frugald::ipmi
