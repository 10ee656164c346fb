#include <fmt/format.h>

#include <cmath>

#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::test;

namespace {

const std::string power = "node n1 sdr power_watts total ";
const std::string energy = "node n1 sdr energy_joules total ";

void append(SampleStore& store, std::int64_t at_ms, Quantity quantity, double value) {
    REQUIRE(store.append(from_unix_ms(at_ms), std::vector{reading(at_ms, "n1", quantity, value)}));
}

std::map<std::int64_t, samples::Cell> cells_of(SampleStore& store, Resolution resolution,
                                               const std::string& key) {
    return read_cells(store, resolution)[key];
}

}  // namespace

TEST_CASE("power is integrated over the true instants, across the bounds of cells") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    // A ramp of 1 W in a second from 0 W on, read every 7 s: the integral is t^2 / 2.
    for (std::int64_t s = 0; s <= 7200; s += 7)
        append(*store, midnight + s * 1000, Quantity::power_watts, static_cast<double>(s));
    const auto hours = cells_of(*store, Resolution::hour, power);
    REQUIRE(hours.size() == 2);
    const auto& first = hours.at(midnight);
    CHECK(first.samples == 515);
    CHECK(first.covered_ms == hour);
    CHECK(std::abs(static_cast<double>(first.integral) / 10 - 3600.0 * 3600 / 2) < 1);
    CHECK(first.min == 0);
    CHECK(first.max == 35'980);  // tenths of watts, of second 3598
    CHECK(first.mean == 17'990);
    const auto fine = cells_of(*store, Resolution::five_minutes, power);
    REQUIRE(fine.size() == 24);
    CHECK(std::abs(static_cast<double>(fine.at(midnight + 300'000).integral) / 10 - 135'000) < 1);
}

TEST_CASE("a gap is a gap: no joules for it, and its length is what is not covered") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    const auto at = [&](std::int64_t second) {
        append(*store, midnight + second * 1000, Quantity::power_watts, 100);
    };
    for (std::int64_t s = 0; s <= 600; s += 10) at(s);
    at(900);   // 300 s later: the longest interval that counts
    at(1201);  // 301 s later: a gap
    at(1211);
    const auto cell = cells_of(*store, Resolution::hour, power).at(midnight);
    CHECK(cell.covered_ms == 910'000);
    CHECK(cell.integral == 910 * 1000);  // 100.0 W in tenths
    CHECK(cell.samples == 64);
}

TEST_CASE("a counter's gain is energy; a fall begins anew and invents nothing") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    std::int64_t s = 0;
    const auto count = [&](double joules) {
        append(*store, midnight + (s += 10) * 1000, Quantity::energy_joules, joules);
    };
    count(1000);
    count(3000);  // + 2000
    count(3000);
    count(50);   // the BMC was reset
    count(250);  // + 200
    s += 1800;
    count(1250);  // + 1000: it counted during the gap
    const auto cell = cells_of(*store, Resolution::hour, energy).at(midnight);
    CHECK(cell.integral == 3200);
    CHECK(cell.resets == 1);
    CHECK(cell.covered_ms == 30'000);
    CHECK(cell.min == 50);
    CHECK(cell.max == 3000);
}

TEST_CASE("a clock set back leaves no negative time") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    for (std::int64_t s = 0; s <= 5400; s += 10)
        append(*store, midnight + s * 1000, Quantity::power_watts, 100);
    for (std::int64_t s = 1800; s <= 3000; s += 10)
        append(*store, midnight + s * 1000, Quantity::power_watts, 100);
    const auto hours = cells_of(*store, Resolution::hour, power);
    CHECK(hours.at(midnight).samples == 360 + 121);
    CHECK(hours.at(midnight).covered_ms == hour + 1'200'000);
    CHECK(hours.at(midnight).integral == 1000 * 4800);
    CHECK(hours.at(midnight + hour).samples == 181);
}

TEST_CASE("cells are the same with and without restarts and flushes") {
    const Scratch calm, stormy;
    auto one = open_samples(calm.path()), other = open_samples(stormy.path());
    Random random{3};
    double joules = 0;
    std::int64_t at = midnight - 12 * hour;
    for (int i = 0; i < 3000; ++i) {
        at += 10'000 + static_cast<std::int64_t>(random.bits() % 40'000);
        if (random.once_in(100)) at += 20 * minute;
        joules = random.once_in(500) ? 0 : joules + random.uniform() * 1000;
        const std::vector readings{
            reading(at, "n1", Quantity::power_watts, std::round(random.uniform() * 4000) / 10),
            reading(at, "n1", Quantity::energy_joules, std::round(joules)),
            reading(at, "n1", Quantity::temperature_celsius, 20 + i % 9, "Inlet")};
        REQUIRE(one->append(from_unix_ms(at), readings));
        REQUIRE(other->append(from_unix_ms(at), readings));
        if (random.once_in(100)) {
            other.reset();
            other = open_samples(stormy.path());
        }
        if (random.once_in(300)) REQUIRE(other->flush());
    }
    for (const auto resolution : {Resolution::five_minutes, Resolution::hour}) {
        const auto wanted = read_cells(*one, resolution), found = read_cells(*other, resolution);
        REQUIRE(wanted.size() == (resolution == Resolution::hour ? 3 : 2));
        REQUIRE(found.size() == wanted.size());
        for (const auto& [key, cells] : wanted) {
            CAPTURE(key);
            CHECK(found.at(key) == cells);
        }
    }
}

TEST_CASE("retention deletes whole files that are past their limit, and the rest is read on") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    for (std::int64_t at = midnight - 3 * day; at < midnight + hour; at += 5 * minute)
        append(*store, at, Quantity::power_watts, 100);
    REQUIRE(store->forget({.raw_before = from_unix_ms(midnight - day + hour)}));
    CHECK_FALSE(std::filesystem::exists(scratch.path() / "raw/20261119.db"));
    CHECK(std::filesystem::exists(scratch.path() / "raw/20261120.db"));
    const auto found = read_raw(*store);
    // The first chunk of a day begins in the day before.
    CHECK(found.at(power).begin()->first >= midnight - day - hour);
    CHECK(cells_of(*store, Resolution::hour, power).begin()->first == midnight - 3 * day);
    REQUIRE(store->forget({.keep_free_bytes = 1ULL << 62}));
    CHECK(std::filesystem::exists(scratch.path() / "raw/20261121.db"));  // the newest stay
    append(*store, midnight + hour, Quantity::power_watts, 100);
    CHECK(store->trouble().empty());
}
