#pragma once

#include <cstdint>
#include <vector>

/// Numbers as registers, most significant first, written here without the code under test.
using Words = std::vector<std::uint16_t>;

Words u16(unsigned value);
Words u32(std::uint64_t value);
Words u64(std::uint64_t value);
Words i16(int value);
Words i32(std::int64_t value);
Words f32(double value);
Words f64(double value);
/// The least significant register first.
Words low_first(Words words);
/// The bytes of each register exchanged.
Words bytes_swapped(Words words);
