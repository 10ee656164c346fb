#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

constexpr const char* agent = "127.22.0.10";
constexpr const char* nobody = "127.22.0.99";
constexpr std::uint16_t port = 16110;

std::string v2c(const char* name, const char* recording, const char* host = agent) {
    return fmt::format(
        "[[pdu]]\nname = \"{}\"\nhost = \"{}\"\nport = {}\nversion = \"2c\"\n"
        "secret = \"community-{}\"\ninterval_s = 1\n",
        name, host, port, recording);
}

std::string v3(const char* name, const char* user, const char* more, const char* host = agent) {
    return fmt::format(
        "[[pdu]]\nname = \"{}\"\nhost = \"{}\"\nport = {}\nuser = \"{}\"\n"
        "context = \"rack-rpdu2\"\ninterval_s = 1\n{}\n",
        name, host, port, user, more);
}

const std::string patience = "timeout_ms = 300\nattempts = 2\n";

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

bool polled(const Rig& rig, const char* name, std::size_t times = 1) {
    return rig.of(name).size() >= times;
}

}  // namespace

TEST_CASE("PDUs are read over SNMP") {
    const Simulator simulator{own_recordings(), agent, port};
    if (!simulator.answers()) {
        MESSAGE("skipped: snmpsim is not installed");
        return;
    }

    SUBCASE("v2c, the profile found by itself") {
        Rig rig{patience + v2c("p", "rack-rpdu2") + "outlets = \"n[1-9]\"\n"};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "p"); }));
        const auto seen = rig.of("p").front();
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.source == "snmp:apc-rpdu2");
        CHECK(seen.values.at("power_watts total") == 1230);
        CHECK(seen.values.at("energy_joules total") == doctest::Approx(456.7 * 3.6e6));
        CHECK(seen.values.at("current_amperes line L3") == doctest::Approx(2.3));
        CHECK(seen.values.at("voltage_volts line L1") == 231);
        CHECK_FALSE(seen.values.contains("voltage_volts line L2"));
        CHECK(seen.values.at("current_amperes branch B2") == doctest::Approx(3.6));
        CHECK(seen.values.at("power_watts outlet 7") == 280);
        CHECK(seen.values.at("power_watts outlet 8") == 0);
        CHECK(seen.values.size() == 2 + 8 + 2 + 24);
    }

    SUBCASE("v1, where nothing is done in bulk, and names come from the device") {
        auto toml = v2c("p", "rack-sentry3");
        toml.replace(toml.find("\"2c\""), 4, "\"1\"");
        Rig rig{patience + toml};
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "p"); }));
        const auto seen = rig.of("p").front();
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.source == "snmp:sentry3");
        CHECK(seen.values.at("power_watts total") == 1200);
        CHECK(seen.values.at("current_amperes line AB") == doctest::Approx(2.52));
        CHECK(seen.values.at("power_watts outlet AB3") == 163);
    }

    SUBCASE("v3 with every protocol on offer") {
        const std::string passwords = "auth_secret = \"auth\"\nprivacy_secret = \"privacy\"\n";
        Rig rig{patience + v3("sha256", "sha256", passwords.c_str()) +
                v3("sha256aes256", "sha256aes256", (passwords + "privacy = \"AES-256\"").c_str()) +
                v3("sha1", "sha1", (passwords + "auth = \"SHA\"").c_str()) +
                v3("nopriv", "nopriv", "auth_secret = \"auth\"")};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        for (const char* name : {"sha256", "sha256aes256", "sha1", "nopriv"}) {
            CAPTURE(name);
            REQUIRE(rig.run_until([&] { return polled(rig, name, 2); }));
            for (const auto& seen : rig.of(name)) {
                REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
                CHECK(seen.values.at("power_watts total") == 1230);
            }
        }
    }

    SUBCASE("v3 with a wrong password is told apart from silence") {
        Rig rig{patience +
                v3("p", "sha256", "auth_secret = \"wrong\"\nprivacy_secret = \"privacy\"")};
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "p"); }));
        const auto seen = rig.of("p").front();
        REQUIRE(seen.failure);
        CAPTURE(seen.failure->text);
        CHECK(seen.failure->fault == Fault::unauthorized);
        CHECK(contains(seen.failure->text, "check auth and auth_secret"));
        CHECK(contains(seen.failure->text, "PDU p at 127.22.0.10 port 16110"));
    }

    SUBCASE("a wrong community is silence, and says so") {
        Rig rig{patience + v2c("p", "no-such-recording")};
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "p"); }));
        const auto seen = rig.of("p").front();
        REQUIRE(seen.failure);
        CHECK(seen.failure->fault == Fault::timeout);
        CHECK(contains(seen.failure->text, "the community"));
    }

    SUBCASE("dead PDUs do not slow a live one") {
        const std::string passwords = "auth_secret = \"auth\"\nprivacy_secret = \"privacy\"\n";
        auto toml = patience + v2c("live", "rack-rpdu2");
        for (int i = 0; i < 20; ++i)
            toml += v3(fmt::format("dead{}", i).c_str(), "sha256", passwords.c_str(), nobody) +
                    v2c(fmt::format("dead-too{}", i).c_str(), "x", nobody);
        Rig rig{toml};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "live", 5); }));
        const auto live = rig.of("live");
        for (std::size_t i = 1; i < live.size(); ++i) {
            CHECK_FALSE(live[i].failure);
            CHECK(live[i].at - live[i - 1].at < 2s);
        }
        const auto dead = rig.of("dead0");
        REQUIRE(!dead.empty());
        CHECK(dead.front().failure->fault == Fault::timeout);
        CHECK_MESSAGE(dead.size() <= 3, "a dead PDU is asked ever less often");
        CHECK(rig.stop() < 1s);
    }

    SUBCASE("a PDU can be asked at once, and the module stops while asking") {
        auto toml = v2c("p", "rack-rpdu2");
        toml.replace(toml.find("interval_s = 1"), 14, "interval_s = 60");
        Rig rig{patience + toml};
        rig.start();
        REQUIRE(rig.run_until([&] { return polled(rig, "p"); }));
        rig.module().source()->refresh("p");
        rig.module().source()->refresh("nobody");
        REQUIRE(rig.run_until([&] { return polled(rig, "p", 2); }, 3s));
        rig.module().source()->refresh("p");
        CHECK(rig.stop() < 1s);
    }
}

TEST_CASE("a device that no profile knows is named with what it is") {
    const Scratch scratch;
    scratch.write("odd.snmprec",
                  "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n1.3.6.1.2.1.1.3.0|67|4711\n");
    std::filesystem::permissions(scratch.path(), std::filesystem::perms{0755});
    const Simulator simulator{scratch.path(), "127.22.0.11", port};
    if (!simulator.answers()) {
        MESSAGE("skipped: snmpsim is not installed");
        return;
    }
    Rig rig{patience + v2c("unknown", "odd", "127.22.0.11") +
            v2c("mistaken", "odd", "127.22.0.11") + "profile = \"sentry4\"\n"};
    rig.start();
    REQUIRE(rig.run_until([&] { return polled(rig, "unknown") && polled(rig, "mistaken"); }));
    const auto unknown = rig.of("unknown").front().failure;
    REQUIRE(unknown);
    CHECK(unknown->fault == Fault::unsupported);
    CHECK(contains(unknown->text, "1.3.6.1.4.1.99999.1"));
    CHECK(contains(unknown->text, "apc-rpdu, apc-rpdu2"));
    const auto mistaken = rig.of("mistaken").front().failure;
    REQUIRE(mistaken);
    CHECK(contains(mistaken->text, "nothing that profile 'sentry4' knows"));
}
