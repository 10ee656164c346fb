#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace frugald::codec {

/// Exact division without dividing: a divisor d = odd * 2^shift, and the inverse of `odd` modulo
/// 2^64.
class ExactDivisor {
public:
    /// `divisor` is not 0.
    explicit ExactDivisor(std::uint64_t divisor)
        : shift_(static_cast<unsigned>(std::countr_zero(divisor))) {
        const std::uint64_t odd = divisor >> shift_;
        inverse_ = odd * 3 ^ 2;  // right modulo 2^5; each step doubles the bits
        for (int step = 0; step < 4; ++step) inverse_ *= 2 - odd * inverse_;
        largest_ = ~std::uint64_t{0} / odd;
    }
    bool divides(std::uint64_t value) const {
        // Multiples of `odd`, and only they, have a product of at most 2^64 / odd.
        return (value & ((std::uint64_t{1} << shift_) - 1)) == 0 && value * inverse_ <= largest_;
    }
    std::uint64_t quotient(std::uint64_t multiple) const { return (multiple >> shift_) * inverse_; }

private:
    unsigned shift_;
    std::uint64_t inverse_;
    std::uint64_t largest_;
};

/// The divisor to use for offsets, of which the largest is `largest`, when that of the column
/// before was `before`: the greatest there is (watts on a scale of 0.1 W have 10, a fan may have
/// 120), unless the one before will do and not having to say another is cheaper.
std::uint64_t choose_divisor(std::span<const std::uint64_t> offsets, std::uint64_t largest,
                             std::uint64_t before);

}  // namespace frugald::codec
