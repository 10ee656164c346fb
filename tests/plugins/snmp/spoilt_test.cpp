#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/plugins/snmp/proxy.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;

namespace {

constexpr const char* agent = "127.22.0.13";
constexpr const char* front = "127.22.0.14";
constexpr std::uint16_t port = 16113;

bool whole_but_outlet_5(const Seen& seen) {
    return !seen.failure && !seen.values.contains("power_watts outlet 5") &&
           seen.values.contains("power_watts outlet 4") &&
           seen.values.contains("power_watts outlet 6") &&
           seen.values.contains("power_watts outlet 8") &&
           seen.values.contains("power_watts total");
}

}  // namespace

TEST_CASE("a value that spoils every answer it is in costs only itself") {
    const Simulator simulator{own_recordings(), agent, port};
    if (!simulator.answers()) {
        MESSAGE("skipped: snmpsim is not installed");
        return;
    }
    // The power of outlet 5: ...26.9.4.3.1.7.5
    Proxy proxy{front, port, agent, port, std::string{"\x1a\x09\x04\x03\x01\x07\x05"}};
    Rig rig{
        fmt::format("timeout_ms = 400\nattempts = 1\nversion = \"2c\"\n"
                    "[[pdu]]\nname = \"p\"\nhost = \"{}\"\nport = {}\n"
                    "secret = \"community-rack-rpdu2\"\ninterval_s = 1\n",
                    front, port)};
    REQUIRE(rig.mistakes() == "");

    SUBCASE("from the first look around on") { proxy.lose(true); }
    SUBCASE("from later on") {}

    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("p").empty(); }));
    const auto failure = rig.of("p").front().failure;
    CHECK_MESSAGE(!failure, failure->text);
    CHECK(rig.of("p").front().values.contains("power_watts outlet 8"));
    proxy.lose(true);
    CHECK(rig.run_until([&] {
        const auto seen = rig.of("p");
        return seen.size() > 1 && whole_but_outlet_5(seen.back());
    }));
}
