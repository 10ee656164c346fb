#include "daemon/store/codec/packing.h"

#include <bit>
#include <numeric>

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/column_format.h"

namespace frugald::codec {

namespace {

/// More exceptions than this hardly ever pay, and then little.
constexpr unsigned most_exceptions = 15;

/// Offsets that do not fit `width` bits, counted from the smallest.
unsigned above(std::span<const std::uint64_t> offsets, unsigned width) {
    unsigned count = 0;
    for (const auto offset : offsets) count += (offset >> width) != 0;
    return count;
}

/// The same, counted down from the largest.
unsigned below(std::span<const std::uint64_t> offsets, std::uint64_t largest, unsigned width) {
    unsigned count = 0;
    for (const auto offset : offsets) count += ((largest - offset) >> width) != 0;
    return count;
}

/// Their count and width, and per exception its place and its part above `width` with a sign.
std::size_t exceptions_size(unsigned exceptions, unsigned part_width) {
    return 2 + packed_size(exceptions, place_width) + packed_size(exceptions, part_width + 1);
}

/// A divisor d as what makes exact division a multiplication: d = odd * 2^shift.
class ExactDivisor {
public:
    explicit ExactDivisor(std::uint64_t divisor)
        : shift_(static_cast<unsigned>(std::countr_zero(divisor))) {
        const std::uint64_t odd = divisor >> shift_;
        inverse_ = odd * 3 ^ 2;  // right modulo 2^5; each step doubles the bits
        for (int step = 0; step < 4; ++step) inverse_ *= 2 - odd * inverse_;
        largest_ = ~std::uint64_t{0} / odd;
    }
    /// Multiples of `odd`, and only they, have a product of at most 2^64 / odd.
    bool divides(std::uint64_t value) const {
        return (value & ((std::uint64_t{1} << shift_) - 1)) == 0 && value * inverse_ <= largest_;
    }
    std::uint64_t quotient(std::uint64_t multiple) const { return (multiple >> shift_) * inverse_; }

private:
    unsigned shift_;
    std::uint64_t inverse_;
    std::uint64_t largest_;
};

}  // namespace

Packing best_packing(std::span<const std::uint64_t> offsets, std::uint64_t largest,
                     std::size_t flag_size) {
    const unsigned full = bits_needed(largest);
    const unsigned stored = full > 56 ? 64 : full;
    Packing best{.width = stored, .size = packed_size(offsets.size(), stored)};
    const auto consider = [&](unsigned width, unsigned exceptions, std::uint64_t lift) {
        const std::size_t size = flag_size + packed_size(offsets.size(), width) +
                                 exceptions_size(exceptions, full - width);
        if (size < best.size) best = {width, lift, exceptions, size};
    };
    const unsigned widest = full > 56 ? 56 : full;
    for (unsigned width = widest; width-- > 0;) {
        const unsigned exceptions = above(offsets, width);
        if (exceptions > most_exceptions) break;
        consider(width, exceptions, 0);
    }
    for (unsigned width = widest; width-- > 0;) {
        const unsigned exceptions = below(offsets, largest, width);
        if (exceptions > most_exceptions) break;
        consider(width, exceptions, largest - ((std::uint64_t{1} << width) - 1));
    }
    return best;
}

std::uint64_t divide_by_common(std::span<std::uint64_t> values) {
    std::uint64_t divisor = 0;
    std::size_t i = 0;
    while (i < values.size() && divisor != 1) {
        divisor = std::gcd(divisor, values[i++]);
        if (divisor < 2) continue;
        const ExactDivisor exact{divisor};
        while (i < values.size() && exact.divides(values[i])) ++i;
    }
    if (divisor < 2) return 1;
    const ExactDivisor exact{divisor};
    for (auto& value : values) value = exact.quotient(value);
    return divisor;
}

}  // namespace frugald::codec
