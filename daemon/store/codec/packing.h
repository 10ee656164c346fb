#pragma once

#include <cstdint>
#include <span>

namespace frugald::codec {

/// How offsets are best packed: at one width that holds them all, or at a smaller one with a few
/// exceptions.
struct Packing {
    unsigned width = 0;
    /// To be taken off every offset (and added to their base): not 0 when the exceptions are low.
    std::uint64_t lift = 0;
    unsigned exceptions = 0;  // offsets that, less `lift`, do not fit `width`
    std::size_t size = 0;     // bytes in all
};

/// The smallest, decided without packing. `largest` is the largest of the offsets, the smallest is
/// 0; `flag_size` is what the mere presence of exceptions costs in bytes. For 32 and 64 bits.
template <class Word>
Packing best_packing(std::span<const Word> offsets, Word largest, std::size_t flag_size);

}  // namespace frugald::codec
