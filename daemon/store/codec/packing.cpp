#include "daemon/store/codec/packing.h"

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/column_format.h"

namespace frugald::codec {

namespace {

// The counters are as wide as what they count, which compilers turn into vector instructions.

/// Offsets that do not fit `width` bits, counted from the smallest.
template <class Word>
Word above(std::span<const Word> offsets, unsigned width) {
    Word count = 0;
    for (const Word offset : offsets) count += (offset >> width) != 0;
    return count;
}

/// The same, counted down from the largest.
template <class Word>
Word below(std::span<const Word> offsets, Word largest, unsigned width) {
    Word count = 0;
    for (const Word offset : offsets) count += ((largest - offset) >> width) != 0;
    return count;
}

/// Their count and width, and per exception its place and its part above `width` with a sign.
std::size_t exceptions_size(unsigned exceptions, unsigned part_width) {
    return 1 + (part_width + 1 >= 16) + packed_size(exceptions, place_width) +
           packed_size(exceptions, part_width + 1);
}

}  // namespace

template <class Word>
Packing best_packing(std::span<const Word> offsets, Word largest, std::size_t flag_size) {
    const unsigned full = bits_needed(largest);
    const unsigned stored = full > 56 ? 64 : full;
    Packing best{.width = stored, .size = packed_size(offsets.size(), stored)};
    const auto consider = [&](unsigned width, Word exceptions, Word lift) {
        const auto count = static_cast<unsigned>(exceptions);
        const std::size_t size =
            flag_size + packed_size(offsets.size(), width) + exceptions_size(count, full - width);
        if (size < best.size) best = {width, lift, count, size};
    };
    const unsigned widest = full > 56 ? 56 : full;
    for (unsigned width = widest; width-- > 0;) {
        const Word exceptions = above(offsets, width);
        if (exceptions > most_exceptions) break;
        consider(width, exceptions, 0);
    }
    for (unsigned width = widest; width-- > 0;) {
        const Word exceptions = below(offsets, largest, width);
        if (exceptions > most_exceptions) break;
        consider(width, exceptions, largest - ((Word{1} << width) - 1));
    }
    return best;
}

template Packing best_packing(std::span<const std::uint32_t>, std::uint32_t, std::size_t);
template Packing best_packing(std::span<const std::uint64_t>, std::uint64_t, std::size_t);

}  // namespace frugald::codec
