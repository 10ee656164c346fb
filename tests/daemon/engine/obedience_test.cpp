#include "daemon/engine/obedience.h"

#include <doctest/doctest.h>

using namespace frugald;
using namespace std::chrono_literals;
using Change = Obedience::Change;

namespace {

const WallTime start = from_unix_ms(1'800'000'000'000);

Measurement reading(double watts, std::chrono::milliseconds after,
                    Quality quality = Quality::good) {
    return {watts, start + after, "dcmi", quality};
}

Obedience limited(double watts) {
    Obedience obedience;
    obedience.begin(Watts{watts}, 5s, start);
    return obedience;
}

}  // namespace

TEST_CASE("three readings above the limit after the correction time are disobedience") {
    Obedience node = limited(300);
    for (int i = 0; i < 5; ++i) CHECK(node.take(reading(400, i * 1s)) == Change::none);
    CHECK(node.take(reading(400, 6s)) == Change::none);
    CHECK(node.take(reading(400, 7s)) == Change::none);
    CHECK(node.take(reading(400, 8s)) == Change::disobeys);
    CHECK(node.take(reading(400, 9s)) == Change::none);
    CHECK(node.disobeys());
    CHECK(node.take(reading(290, 10s)) == Change::none);
    CHECK(node.take(reading(290, 11s)) == Change::obeys);
    CHECK_FALSE(node.disobeys());
}

TEST_CASE("what is old, the same again, or within the tolerance proves nothing") {
    Obedience node = limited(300);
    for (int i = 6; i < 16; ++i) {
        CHECK(node.take(reading(400, i * 1s, Quality::stale)) == Change::none);
        CHECK(node.take(reading(314, i * 1s)) == Change::none);
    }
    for (int i = 0; i < 5; ++i) CHECK(node.take(reading(400, 20s)) == Change::none);
    CHECK(node.take(reading(290, 21s)) == Change::none);
    for (int i = 22; i < 24; ++i) CHECK(node.take(reading(400, i * 1s)) == Change::none);
    CHECK_FALSE(node.disobeys());
    CHECK(Obedience::tolerated(Watts{100}) == Watts{110});
    CHECK(Obedience::tolerated(Watts{1000}) == Watts{1050});
}
