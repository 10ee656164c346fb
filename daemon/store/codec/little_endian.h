#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace frugald::codec {

// What is stored is little-endian on every machine, so that a state directory can move.

inline std::uint64_t load_le64(const std::uint8_t* in) {
    std::uint64_t value;
    std::memcpy(&value, in, sizeof value);
    return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

inline void store_le64(std::uint8_t* out, std::uint64_t value) {
    if (std::endian::native != std::endian::little) value = __builtin_bswap64(value);
    std::memcpy(out, &value, sizeof value);
}

}  // namespace frugald::codec
