#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/modbus/fixture.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

constexpr const char* host = "127.27.0.4";
constexpr const char* other_host = "127.27.0.5";
constexpr const char* nobody = "127.27.0.99";

}  // namespace

TEST_CASE("the meters of one gateway share one connection, one request at a time") {
    Server server{host};
    std::string toml;
    for (std::uint8_t unit = 1; unit <= 6; ++unit) {
        put_schneider(server, unit);
        toml += meter(fmt::format("m{}", unit), "schneider", host, unit);
    }
    Rig rig{toml};
    REQUIRE(rig.mistakes() == "");
    CHECK(rig.module().devices().size() == 6);
    rig.start();
    REQUIRE(rig.run_until([&] {
        for (int unit = 1; unit <= 6; ++unit)
            if (rig.of(fmt::format("m{}", unit)).size() < 3) return false;
        return true;
    }));
    CHECK(server.connections() == 1);
    CHECK(!server.overlapped());
}

TEST_CASE("a dead unit behind a gateway is that meter's failure only") {
    for (const bool silent : {true, false}) {
        CAPTURE(silent);
        Server server{host};
        for (std::uint8_t unit = 1; unit <= 3; ++unit) put_schneider(server, unit);
        server.spoil(2, silent ? silence() : exception(11));
        Rig rig{meter("m1", "schneider", host, 1) + meter("m2", "schneider", host, 2) +
                meter("m3", "schneider", host, 3)};
        rig.start();
        REQUIRE(rig.run_until([&] {
            return rig.of("m1").size() >= 3 && rig.of("m2").size() >= 2 && rig.of("m3").size() >= 3;
        }));
        for (const char* name : {"m1", "m3"})
            for (const auto& seen : rig.of(name)) CHECK_MESSAGE(!seen.failure, seen.failure->text);
        for (const auto& seen : rig.of("m2")) CHECK(seen.failure);
        CHECK(rig.of("m1").size() > rig.of("m2").size());
        CHECK(!server.overlapped());
    }
}

TEST_CASE("a silent gateway delays nobody else") {
    Server dead{host}, alive{other_host};
    put_schneider(dead, 1);
    put_schneider(alive, 1);
    dead.spoil(1, silence());
    // The silent one is waited for longer than everything below takes.
    auto patient = meter("dead", "schneider", host);
    patient.replace(patient.find("timeout_s = 1"), 13, "timeout_s = 10");
    Rig rig{patient + meter("alive", "schneider", other_host)};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE(rig.run_until([&] { return dead.asked_of(1) == 1; }));
    for (int i = 0; i < 50; ++i) CHECK(!rig.poll("alive").failure);
    CHECK(rig.of("dead").empty());
    CHECK(dead.asked_of(1) == 1);
    CHECK_MESSAGE(rig.stop() < 3s, "a wait for an answer ends with the module");
}

TEST_CASE("a gateway that is not there is named, and asked ever less often") {
    Rig rig{meter("m", "schneider", nobody)};
    const auto begun = std::chrono::steady_clock::now();
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
    const auto text = failure_of(rig.of("m").front());
    CHECK_MESSAGE(contains(text, "no connection: Connection refused"), text);
    CHECK_MESSAGE(contains(text, nobody), text);
    CHECK(rig.of("m").front().failure->fault == Fault::unavailable);
    Server server{nobody};
    put_schneider(server, 1);
    const bool again = !rig.poll("m").failure;
    // The next try is 2 s after the first; a machine under load may be that late.
    if (std::chrono::steady_clock::now() - begun < 1500ms) {
        CHECK(!again);
        CHECK(server.connections() == 0);
    }
    REQUIRE(rig.run_until([&] { return !rig.poll("m").failure; }));
}

TEST_CASE("a name that nobody knows is a failure of its meters") {
    Server server{host};
    put_schneider(server, 1);
    Rig rig{meter("lost", "schneider", "meter.invalid") + meter("m", "schneider", host)};
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("lost").empty() && rig.of("m").size() >= 2; }));
    const auto text = failure_of(rig.of("lost").front());
    CHECK_MESSAGE(contains(text, "name"), text);
    CHECK(!rig.of("m").back().failure);
}

TEST_CASE("a meter that fails is asked less often, and in its rhythm again once it answers") {
    Server server{host};
    put_schneider(server, 1);
    server.spoil(1, exception(6));
    Rig rig{meter("m", "schneider", host)};
    rig.start();
    // After 2 s, then after 4 more; without patience it would be every second.
    rig.run_until([] { return false; }, 5s);
    CHECK(rig.of("m").size() >= 1);
    CHECK(rig.of("m").size() <= 3);
    server.spoil(1, nullptr);
    CHECK(!rig.poll("m").failure);
    const auto before = rig.of("m").size();
    REQUIRE(rig.run_until([&] { return rig.of("m").size() >= before + 2; }));
}
