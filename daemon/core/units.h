#pragma once

#include <chrono>
#include <compare>

namespace frugald {

using Seconds = std::chrono::duration<double>;

/// A physical amount. Two amounts mix only where an operator below says they may.
template <class Unit>
struct Amount {
    double value = 0;
    constexpr auto operator<=>(const Amount&) const = default;
    friend constexpr Amount operator+(Amount a, Amount b) { return {a.value + b.value}; }
    friend constexpr Amount operator-(Amount a, Amount b) { return {a.value - b.value}; }
    friend constexpr Amount operator*(Amount a, double factor) { return {a.value * factor}; }
    constexpr Amount& operator+=(Amount other) {
        value += other.value;
        return *this;
    }
};

using Watts = Amount<struct WattUnit>;
using Joules = Amount<struct JouleUnit>;

constexpr Joules operator*(Watts power, Seconds time) { return {power.value * time.count()}; }

}  // namespace frugald
