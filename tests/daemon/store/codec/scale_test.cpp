#include "daemon/store/codec/scale.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/fleet_samples.h"

using namespace frugald;
using codec::default_scale;
using codec::Scale;

TEST_CASE("values in a quantity's steps are exact, there and back") {
    struct Row {
        const char* says;
        Quantity quantity;
        double value;
        std::int64_t raw;
    };
    const Row rows[] = {
        {"a BMC's whole watts", Quantity::power_watts, 312, 3120},
        {"a PDU's tenths of a watt", Quantity::power_watts, 0.3, 3},
        {"power that is fed back", Quantity::power_watts, -12.5, -125},
        {"a limit", Quantity::cap_watts, 250, 2500},
        {"whole degrees", Quantity::temperature_celsius, 41, 410},
        {"half degrees below zero", Quantity::temperature_celsius, -0.5, -5},
        {"a fan", Quantity::fan_speed_rpm, 8640, 8640},
        {"a counter of 1 Wh", Quantity::energy_joules, 3600, 3600},
        {"a counter that has run for years", Quantity::energy_joules, 123456789012345,
         123456789012345},
        {"an eighth of an ampere", Quantity::current_amperes, 0.125, 125},
        {"a breaker", Quantity::rating_amperes, 32, 32000},
        {"a meter's tenths of a volt", Quantity::voltage_volts, 230.1, 230100},
        {"a power factor", Quantity::power_factor, 0.98, 980},
        {"nothing", Quantity::power_watts, 0, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const Scale scale = default_scale(row.quantity);
        CHECK(scale.quantise(row.value) == row.raw);
        CHECK(scale.value_of(row.raw) == row.value);
    }
}

TEST_CASE("RAPL's power is rounded to the nearest 0.1 W") {
    const Scale scale = default_scale(Quantity::power_watts);
    CHECK(scale.quantise(187.449) == 1874);
    CHECK(scale.quantise(187.451) == 1875);
    CHECK(scale.quantise(-187.451) == -1875);
    CHECK(scale.value_of(1875) == 187.5);
}

TEST_CASE("what is no number, or too large, is absent") {
    const Scale fine{.scale_e10 = -3}, coarse{.scale_e10 = 3, .mult = 4};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const auto& scale : {fine, coarse, Scale{}}) {
        CHECK_FALSE(scale.quantise(std::nan("")));
        CHECK_FALSE(scale.quantise(infinity));
        CHECK_FALSE(scale.quantise(-infinity));
        CHECK_FALSE(scale.quantise(std::numeric_limits<double>::max()));
        CHECK(scale.quantise(std::numeric_limits<double>::denorm_min()) == 0);
    }
    CHECK_FALSE(Scale{}.quantise(0x1p63));
    CHECK(Scale{}.quantise(-0x1p63) == std::numeric_limits<std::int64_t>::min());
    CHECK(Scale{}.quantise(0x1p62) == std::int64_t{1} << 62);
    CHECK_FALSE(fine.quantise(0x1p60));
    CHECK(coarse.quantise(0x1p63));
}

TEST_CASE("multipliers and powers of ten go together") {
    const Scale fan{.scale_e10 = 0, .mult = 120}, megajoules{.scale_e10 = 6};
    CHECK(fan.quantise(8640) == 72);
    CHECK(fan.value_of(72) == 8640);
    CHECK(megajoules.quantise(12.4e6) == 12);
    CHECK(megajoules.value_of(12) == 12e6);
}

TEST_CASE("every integer of a scale survives being a value") {
    test::Random random{3};
    for (const int scale_e10 : {-6, -3, -2, -1, 0, 1, 3}) {
        for (const std::uint32_t mult : {1U, 3U, 7U, 120U}) {
            const Scale scale{scale_e10, mult};
            for (int i = 0; i < 500; ++i) {
                const auto raw = static_cast<std::int64_t>(random.bits()) >> (24 + i % 40);
                CHECK(scale.quantise(scale.value_of(raw)) == raw);
            }
        }
    }
}
