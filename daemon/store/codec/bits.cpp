#include "daemon/store/codec/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "daemon/store/codec/little_endian.h"

namespace frugald::codec {

namespace {

constexpr std::uint64_t low_bits(unsigned width) {
    return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

/// Bytes of a window: the widest value may begin at any of the 8 bits of its first byte.
constexpr std::size_t window_size = 9;

/// Values up to 57 bits wide lie, wherever they begin, in the 8 bytes at their first byte.
void unpack_narrow(const std::uint8_t* in, unsigned width, std::size_t bit,
                   std::span<std::uint64_t> values) {
    const std::uint64_t mask = low_bits(width);
    for (auto& value : values) {
        value = load_le64(in + bit / 8) >> (bit % 8) & mask;
        bit += width;
    }
}

void unpack_wide(const std::uint8_t* in, unsigned width, std::size_t bit,
                 std::span<std::uint64_t> values) {
    const std::uint64_t mask = low_bits(width);
    for (auto& value : values) {
        const std::uint8_t* at = in + bit / 8;
        const auto shift = static_cast<unsigned>(bit % 8);
        // Two shifts: one by 64 would be undefined.
        value = (load_le64(at) >> shift | std::uint64_t{at[8]} << (63 - shift) << 1) & mask;
        bit += width;
    }
}

void unpack_windows(const std::uint8_t* in, unsigned width, std::size_t bit,
                    std::span<std::uint64_t> values) {
    width <= 57 ? unpack_narrow(in, width, bit, values) : unpack_wide(in, width, bit, values);
}

template <class Word>
void pack_words(std::span<const Word> values, unsigned width, std::uint8_t* out) {
    const std::uint64_t mask = low_bits(width);
    std::uint64_t window = 0;
    unsigned filled = 0;
    for (const Word raw : values) {
        const std::uint64_t value = raw & mask;
        window |= value << filled;
        filled += width;
        if (filled < 64) continue;
        store_le64(out, window);
        out += 8;
        filled -= 64;
        window = filled == 0 ? 0 : value >> (width - filled);
    }
    for (; filled > 0; filled -= std::min(filled, 8U), window >>= 8)
        *out++ = static_cast<std::uint8_t>(window);
}

}  // namespace

unsigned bits_needed(std::uint64_t value) { return static_cast<unsigned>(std::bit_width(value)); }

void pack(std::span<const std::uint64_t> values, unsigned width, std::uint8_t* out) {
    pack_words(values, width, out);
}

void pack(std::span<const std::uint32_t> values, unsigned width, std::uint8_t* out) {
    pack_words(values, width, out);
}

bool unpack(std::span<const std::uint8_t> in, unsigned width, std::span<std::uint64_t> values) {
    if (width > 64 || in.size() < packed_size(values.size(), width)) return false;
    if (width == 0) {
        std::ranges::fill(values, 0);
        return true;
    }
    std::size_t inside = 0;  // values whose whole window lies in `in`
    if (in.size() >= window_size)
        inside = std::min(values.size(), ((in.size() - window_size) * 8 + 7) / width + 1);
    unpack_windows(in.data(), width, 0, values.first(inside));
    if (inside == values.size()) return true;
    const std::size_t bit = inside * width;
    std::uint8_t rest[2 * window_size] = {};  // at most one window is left, and zeros behind it
    std::memcpy(rest, in.data() + bit / 8, in.size() - bit / 8);
    unpack_windows(rest, width, bit % 8, values.subspan(inside));
    return true;
}

}  // namespace frugald::codec
