#include "daemon/core/units.h"

#include <doctest/doctest.h>

#include "daemon/core/clock.h"

using namespace frugald;

template <class A, class B>
concept Adds = requires(A a, B b) {
    a + b;
};

static_assert(Watts{200} * Seconds{60} == Joules{12000});
static_assert(!Adds<Watts, Joules> && Adds<Watts, Watts>);

TEST_CASE("a deadline is reached when either clock says so") {
    const Instant start = Instant::now();
    const Instant deadline = start + std::chrono::seconds{10};
    CHECK_FALSE(start.reached(deadline));
    CHECK((start + std::chrono::seconds{10}).reached(deadline));
    Instant stepped = start;
    stepped.wall += std::chrono::hours{1};
    CHECK(stepped.reached(deadline));
    Instant woken = start;
    woken.steady += std::chrono::hours{1};
    CHECK(woken.reached(deadline));
}

TEST_CASE("instants are written in UTC with milliseconds") {
    CHECK(iso8601(from_unix_ms(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(iso8601(from_unix_ms(1795247216123)) == "2026-11-21T07:46:56.123Z");
    // A history of somebody else's may say anything: past what nanoseconds can count, 2262.
    CHECK(iso8601(from_unix_ms(10'000'002'300'000)) == "2286-11-20T18:25:00.000Z");
    CHECK(to_unix_ms(from_unix_ms(-1)) == -1);
}
