#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace frugald::codec {

/// Bytes that `count` integers of `width` (0..64) bits take; the last byte is filled with zeros.
constexpr std::size_t packed_size(std::size_t count, unsigned width) {
    return (count * width + 7) / 8;
}

/// Bits that an unsigned number needs: 0 for 0, 64 at most.
unsigned bits_needed(std::uint64_t value);

/// Writes the low `width` bits of each value, the first value in the lowest bits, to exactly
/// `packed_size` bytes at `out`. Higher bits of a value are dropped.
void pack(std::span<const std::uint64_t> values, unsigned width, std::uint8_t* out);
void pack(std::span<const std::uint32_t> values, unsigned width, std::uint8_t* out);

/// Fills `values` with what `pack` wrote. False, and nothing is read or written, if `in` is shorter
/// than that or `width` is more than 64. What follows in `in` is not looked at, but having it there
/// makes the last values as fast as the first.
bool unpack(std::span<const std::uint8_t> in, unsigned width, std::span<std::uint64_t> values);

}  // namespace frugald::codec
