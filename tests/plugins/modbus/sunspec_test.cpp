#include <doctest/doctest.h>

#include "tests/plugins/modbus/fixture.h"

using namespace frugald;

namespace {

constexpr const char* host = "127.27.0.6";

/// Common model, then a meter (201) at `start`.
void put_sunspec(Server& server, unsigned marker, unsigned start) {
    server.put(1, 3, marker, {0x5375, 0x6e53});
    server.put(1, 3, marker + 2, {1, static_cast<std::uint16_t>(start - marker - 4)});
    server.put(1, 3, start, Words(107, 0x8000));
    server.put(1, 3, start, {201, 105});
    server.put(1, 3, start + 18, {500});
    server.put(1, 3, start + 22, {0});
    server.put(1, 3, start + 107, {0xffff, 0});
}

}  // namespace

TEST_CASE("a model is found wherever it stands, also after it has moved") {
    for (const unsigned marker : {40000U, 50000U, 0U}) {
        CAPTURE(marker);
        Server server{host};
        put_sunspec(server, marker, marker + 70);
        Rig rig{meter("m", "sunspec-meter", host)};
        rig.start();
        REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
        const auto seen = rig.of("m").front();
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.values == std::map<std::string, double>{{"power_watts total", 500}});
        // A new firmware, with one more model in front of the meter.
        server.forget(1);
        put_sunspec(server, marker, marker + 90);
        server.put(1, 3, marker + 70, Words(20, 7));
        const auto text = failure_of(rig.poll("m"));
        CHECK_MESSAGE(contains(text, "SunSpec model 201 is not at"), text);
        CHECK(rig.poll("m").values.at("power_watts total") == 500);
    }
}

TEST_CASE("what is no SunSpec meter is said, and a chain in a circle ends") {
    Server server{host};
    put_schneider(server, 1);
    Rig rig{meter("m", "sunspec-meter", host)};
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
    const auto text = failure_of(rig.of("m").front());
    CHECK_MESSAGE(contains(text, "no model of profile sunspec-meter found"), text);
    server.put(1, 3, 40000, {0x5375, 0x6e53});
    for (unsigned at = 40002; at < 45000; at += 2) server.put(1, 3, at, {7, 0});
    CHECK(contains(failure_of(rig.poll("m")), "no model"));
    server.put(1, 3, 40002, {7, 65533});
    CHECK(contains(failure_of(rig.poll("m")), "no model"));
    server.spoil(1, exception(6));
    CHECK(contains(failure_of(rig.poll("m")), "exception 6"));
}
