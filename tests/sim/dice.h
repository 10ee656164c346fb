#pragma once

#include <chrono>
#include <cmath>

#include "tests/room/random.h"

namespace frugald::sim {

/// All chance of a run comes from here, in one order: the same seed is the same history.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(room::mix(seed)) {}

    /// 0 <= value < 1
    double fraction() { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }
    bool chance(double probability) { return fraction() < probability; }
    /// least <= value <= most
    int between(int least, int most) {
        const auto span = static_cast<std::uint64_t>(most - least) + 1;
        return least + static_cast<int>(random_.next() % span);
    }
    std::size_t below(std::size_t count) { return random_.next() % count; }
    std::chrono::milliseconds between(std::chrono::milliseconds least,
                                      std::chrono::milliseconds most) {
        return least + std::chrono::milliseconds{static_cast<std::int64_t>(
                           fraction() * static_cast<double>((most - least).count() + 1))};
    }
    /// Of something that happens once in `mean` on average: the time until it happens next.
    std::chrono::milliseconds wait(std::chrono::milliseconds mean) {
        const double length = -std::log(1.0 - fraction()) * static_cast<double>(mean.count());
        return std::chrono::milliseconds{static_cast<std::int64_t>(length) + 1};
    }

private:
    room::Random random_;
};

}  // namespace frugald::sim
