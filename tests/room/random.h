#pragma once

#include <cstdint>

namespace frugald::room {

/// Mixes a number into 64 unrelated bits (splitmix64): the room's noise is a function of its
/// seed, so that a run can be repeated.
constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

/// Not for secrets: the room guards nothing.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() { return mix(state_++); }
    /// True in `percent` of 100 calls.
    bool chance(double percent) {
        return static_cast<double>(next() % 1000000) < percent * 10000.0;
    }

private:
    std::uint64_t state_;
};

}  // namespace frugald::room
