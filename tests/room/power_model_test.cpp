#include "tests/room/power_model.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace frugald;
using namespace frugald::room;

namespace {

TimePoint at(double seconds) {
    return TimePoint(std::chrono::duration_cast<Clock::duration>(Seconds(1000 + seconds)));
}

PowerProfile quiet() {
    PowerProfile profile;
    profile.noise_percent = 0;
    return profile;
}

PowerLimit limit(std::uint16_t watts, std::uint32_t correction_ms) {
    PowerLimit made;
    made.watts = watts;
    made.correction_ms = correction_ms;
    made.active = true;
    return made;
}

}  // namespace

TEST_CASE("a machine draws what chassis state and load ask for") {
    const PowerProfile profile = quiet();
    PowerModel model(profile, 1, true, at(0));
    CHECK(model.watts(at(1)) == doctest::Approx(100));
    model.set_load(1, at(1));
    CHECK(model.watts(at(1)) == doctest::Approx(100));
    CHECK(model.watts(at(1.5)) == doctest::Approx(400 - 300 * std::exp(-1)));
    CHECK(model.watts(at(60)) == doctest::Approx(400));
    model.set_load(0.5, at(60));
    CHECK(model.watts(at(120)) == doctest::Approx(250));
    model.switch_off(at(120));
    CHECK(model.watts(at(120)) == doctest::Approx(8));
    CHECK(model.load() == 0);
}

TEST_CASE("booting costs more than idling") {
    const PowerProfile profile = quiet();
    PowerModel model(profile, 1, false, at(0));
    model.switch_on(at(10), Seconds(20));
    CHECK(model.watts(at(29)) == doctest::Approx(280));
    CHECK(model.watts(at(90)) == doctest::Approx(100));
    CHECK(model.statistics(at(90)).most_watts == doctest::Approx(280));
}

TEST_CASE("a limit binds after its correction time and never below idle") {
    const PowerProfile profile = quiet();
    PowerModel model(profile, 1, true, at(0));
    model.set_load(1, at(0));
    model.set_limit(limit(200, 5000), at(60));
    CHECK(model.watts(at(64)) == doctest::Approx(400));
    CHECK(model.watts(at(90)) == doctest::Approx(200));
    model.set_limit(limit(20, 1000), at(90));
    CHECK(model.watts(at(120)) == doctest::Approx(100));
    PowerLimit released = model.limit();
    released.active = false;
    model.set_limit(released, at(120));
    CHECK(model.watts(at(180)) == doctest::Approx(400));
}

TEST_CASE("energy is the integral of the draw, however often one looks") {
    const PowerProfile profile = quiet();
    PowerModel once(profile, 1, true, at(0));
    PowerModel often(profile, 1, true, at(0));
    once.set_load(1, at(10));
    often.set_load(1, at(10));
    for (int step = 0; step < 1000; ++step) often.watts(at(10 + step * 0.02));
    const double expected = 100 * 10 + 400 * 20 - 300 * 0.5;
    CHECK(once.energy(at(30)).value == doctest::Approx(expected));
    CHECK(often.energy(at(30)).value == doctest::Approx(expected));
}

TEST_CASE("fixed watts are exact while on, and nothing when off") {
    const PowerProfile profile;
    PowerModel model(profile, 1, true, at(0));
    model.set_fixed_watts(1234, at(1));
    CHECK(model.watts(at(2)) == 1234);
    model.switch_off(at(3));
    CHECK(model.watts(at(4)) == 8);
    model.switch_on(at(5), Seconds(0));
    CHECK(model.watts(at(6)) == 1234);
    model.set_fixed_watts({}, at(6));
    CHECK(model.watts(at(60)) == doctest::Approx(100).epsilon(0.01));
}

TEST_CASE("noise is a function of seed and second") {
    const PowerProfile profile;
    PowerModel one(profile, 7, true, at(0));
    PowerModel same(profile, 7, true, at(0));
    PowerModel other(profile, 8, true, at(0));
    CHECK(one.watts(at(5)) == same.watts(at(5)));
    CHECK(one.watts(at(5)) != other.watts(at(5)));
    CHECK(one.watts(at(5)) == doctest::Approx(100).epsilon(0.0051));
}
