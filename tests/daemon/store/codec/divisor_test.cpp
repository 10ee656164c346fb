#include "daemon/store/codec/divisor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/support/fleet_samples.h"

using namespace frugald::codec;
using frugald::test::Random;

TEST_CASE("exact division agrees with division, for small and large divisors") {
    Random random{31};
    for (int turn = 0; turn < 20'000; ++turn) {
        const std::uint64_t divisor =
            (random.bits() >> random.bits() % 64) | (turn % 2 == 0 ? 1 : 0);
        if (divisor == 0) continue;
        const ExactDivisor exact{divisor};
        const std::uint64_t any = random.bits() >> random.bits() % 64;
        CHECK(exact.divides(any) == (any % divisor == 0));
        const std::uint64_t multiple = any - any % divisor;
        CHECK(exact.divides(multiple));
        CHECK(exact.quotient(multiple) == any / divisor);
    }
    const ExactDivisor highest{std::uint64_t{1} << 63};
    CHECK(highest.divides(std::uint64_t{1} << 63));
    CHECK_FALSE(highest.divides(std::uint64_t{1} << 62));
    CHECK(highest.quotient(std::uint64_t{1} << 63) == 1);
}

TEST_CASE("the greatest common divisor is taken unless the last one is cheaper") {
    using Offsets = std::vector<std::uint64_t>;
    const Offsets fans(60, 240);
    struct Row {
        const char* says;
        Offsets offsets;
        std::uint64_t before, chosen;
    };
    const Row rows[] = {
        {"nothing to divide", {0, 0, 0}, 7, 7},
        {"no common divisor", {0, 7, 9}, 1, 1},
        {"the last one does not divide", {0, 10, 25}, 10, 5},
        {"the last one is it", {0, 120, 360}, 120, 120},
        {"a greater one for two values", {0, 360}, 120, 120},
        {"a greater one for sixty values", fans, 120, 240},
        {"a greater one than none", {0, 1u << 20, 3u << 20, 1u << 20, 3u << 20}, 1, 1u << 20},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        std::uint64_t largest = 0;
        for (const auto offset : row.offsets) largest = std::max(largest, offset);
        CHECK(choose_divisor(row.offsets, largest, row.before) == row.chosen);
    }
}
