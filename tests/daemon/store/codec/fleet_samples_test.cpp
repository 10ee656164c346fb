#include "tests/support/fleet_samples.h"

#include <doctest/doctest.h>

using namespace frugald;
using test::FleetSamples;

TEST_CASE("a made-up fleet is the same for the same seed, and another for another") {
    FleetSamples one{50, 7, 1000}, same{50, 7, 1000}, other{50, 8, 1000};
    bool differs = false;
    for (int round = 0; round < 100; ++round) {
        const auto &polls = one.next_round(), &twins = same.next_round(),
                   &others = other.next_round();
        CHECK(one.at_ms() == 1000 + 10'000 * round);
        for (std::size_t node = 0; node < polls.size(); ++node) {
            CHECK(polls[node].values == twins[node].values);
            CHECK(polls[node].offset_ms == twins[node].offset_ms);
            differs = differs || polls[node].values != others[node].values;
        }
    }
    CHECK(differs);
}

TEST_CASE("a made-up fleet measures in its devices' steps, answers late and misses polls rarely") {
    FleetSamples fleet{500, 9, 0};
    unsigned late = 0, missed = 0, polls = 0;
    for (int round = 0; round < 400; ++round) {
        for (const auto& poll : fleet.next_round()) {
            ++polls;
            missed += !poll.answered;
            late += poll.offset_ms > 100;
            CHECK(poll.offset_ms >= 60);
            CHECK(poll.offset_ms <= 2500);
            const auto value = [&](unsigned sensor) { return poll.values[sensor].value(); };
            const bool in_steps = value(0) % 10 == 0 && value(1) % 40 == 0 && value(2) % 40 == 0 &&
                                  value(3) % 10 == 0 && value(6) % 10 == 0 && value(9) % 120 == 0;
            if (!in_steps) FAIL_CHECK("a value is between two steps");
            if (value(0) < 700 || value(0) > 7000) FAIL_CHECK("a node of " << value(0) << " dW");
            if (value(3) < 250 || value(3) > 1000) FAIL_CHECK("a CPU of " << value(3) << " dC");
        }
    }
    CHECK(missed * 1000 > polls / 5);
    CHECK(missed * 1000 < polls);
    CHECK(late * 1000 > polls);
    CHECK(late * 100 < polls);
}
