#include "tests/plugins/modbus/registers.h"

#include <algorithm>
#include <bit>

namespace {

Words words(std::uint64_t bits, int count) {
    Words all;
    for (int i = count - 1; i >= 0; --i)
        all.push_back(static_cast<std::uint16_t>(bits >> (16 * i) & 0xffffU));
    return all;
}

}  // namespace

Words u16(unsigned value) { return words(value, 1); }
Words u32(std::uint64_t value) { return words(value, 2); }
Words u64(std::uint64_t value) { return words(value, 4); }
Words i16(int value) { return words(static_cast<std::uint64_t>(value), 1); }
Words i32(std::int64_t value) { return words(static_cast<std::uint64_t>(value), 2); }
Words f32(double value) {
    return words(std::bit_cast<std::uint32_t>(static_cast<float>(value)), 2);
}
Words f64(double value) { return words(std::bit_cast<std::uint64_t>(value), 4); }

Words low_first(Words words) {
    std::ranges::reverse(words);
    return words;
}

Words bytes_swapped(Words words) {
    for (auto& word : words) word = static_cast<std::uint16_t>(word << 8 | word >> 8);
    return words;
}
