#pragma once

#include "daemon/store/codec/column_format.h"
#include "daemon/store/codec/packing.h"

namespace frugald::codec {

// How a column is best written. `Word` is std::uint32_t, which compilers turn into vector
// instructions, or std::uint64_t; numbers are modulo its range, and signed where it says so.

/// Values below this can be planned in 32 bits: sums over 60 of them fit.
inline constexpr std::uint64_t narrow_limit = std::uint64_t{1} << 24;

template <class Word>
using Words = std::array<Word, block_length>;

template <class Word>
struct Plan {
    Mode mode;
    unsigned count;  // of offsets
    Words<Word> offsets;
    std::int64_t base = 0;  // what to add to y of the format
    std::int64_t parameters[2] = {};
    Packing packing;

    std::span<const Word> used() const { return {offsets.data(), count}; }
};

/// The smallest that `order` allows for numbers of which the smallest is 0; it is one of `plans`.
/// `flag_size`: see best_packing.
template <class Word>
const Plan<Word>& choose_plan(std::span<const Word> y, Word largest, Order order,
                              std::size_t flag_size, std::array<Plan<Word>, mode_count>& plans);

}  // namespace frugald::codec
