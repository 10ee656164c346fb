#include "daemon/store/codec/divisor.h"

#include <numeric>

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/cursor.h"

namespace frugald::codec {

namespace {

/// 0 if they are all 0.
std::uint64_t common_divisor(std::span<const std::uint64_t> values) {
    std::uint64_t divisor = 0;
    std::size_t i = 0;
    while (i < values.size() && divisor != 1) {
        divisor = std::gcd(divisor, values[i++]);
        if (divisor < 2) continue;
        const ExactDivisor exact{divisor};
        while (i < values.size() && exact.divides(values[i])) ++i;
    }
    return divisor;
}

}  // namespace

std::uint64_t choose_divisor(std::span<const std::uint64_t> offsets, std::uint64_t largest,
                             std::uint64_t before) {
    const std::uint64_t best = common_divisor(offsets);
    if (best == 0) return before;
    if (best == before || best % before != 0) return best;
    const std::size_t saved = bits_needed(largest / before) - bits_needed(largest / best);
    return offsets.size() * saved / 8 > 1 + varint_size(best) ? best : before;
}

}  // namespace frugald::codec
