#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/running_room.h"

using namespace frugald;

namespace {

constexpr std::uint16_t port = 16114;

std::string room_with(const char* shape) {
    return fmt::format(
        "[[bmcs]]\nnodes = \"n[1-6]\"\naddress = \"127.22.2.1\"\nport = 16623\n"
        "[[pdu]]\nname = \"p\"\naddress = \"127.22.3.1\"\nport = {}\n"
        "shape = \"{}\"\noutlets = \"n[1-6]\"\nphases = 3\n",
        port, shape);
}

double sum(const Seen& seen, std::string_view start) {
    double sum = 0;
    for (const auto& [name, value] : seen.values)
        if (name.starts_with(start)) sum += value;
    return sum;
}

}  // namespace

TEST_CASE("voltages and counters are asked for less often, watts and amperes every time") {
    const RunningRoom running{room_with("apc-rpdu2")};
    Rig rig{
        fmt::format("[[pdu]]\nname = \"p\"\nhost = \"127.22.3.1\"\nport = {}\n"
                    "version = \"2c\"\nsecret = \"community-public\"\ninterval_s = 1\n"
                    "slow_interval_s = 3\n",
                    port)};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE(rig.run_until([&] { return rig.of("p").size() >= 9; }));
    const auto all = rig.of("p");
    std::size_t slow = 0;
    for (const auto& seen : all) {
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.values.contains("power_watts total"));
        CHECK(sum(seen, "current_amperes line") > 0);
        slow += seen.values.contains("energy_joules total");
    }
    CHECK(all.front().values.contains("energy_joules total"));
    // The first, then every third; where the beat begins is the PDU's own.
    CHECK(slow >= all.size() / 3);
    CHECK(slow <= all.size() / 3 + 2);
}

TEST_CASE("the simulated room's PDUs are read, each kind found by itself") {
    for (const char* shape : {"apc-rpdu2", "raritan-px2", "sentry4"}) {
        CAPTURE(shape);
        const RunningRoom running{room_with(shape)};
        Rig rig{
            fmt::format("[[pdu]]\nname = \"p\"\nhost = \"127.22.3.1\"\nport = {}\n"
                        "version = \"2c\"\nsecret = \"community-public\"\ninterval_s = 1\n",
                        port)};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        REQUIRE(rig.run_until([&] { return rig.of("p").size() >= 2; }));
        const auto seen = rig.of("p").back();
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.source == fmt::format("snmp:{}", shape));
        const double total = seen.values.at("power_watts total");
        const double outlets = sum(seen, "power_watts outlet");
        CHECK(total > 100);
        CHECK_MESSAGE(std::abs(total - outlets) <= 0.05 * total + 10,
                      fmt::format("{} W in total, {} W at the outlets", total, outlets));
        CHECK(seen.values.contains("energy_joules total"));
        CHECK(sum(seen, "current_amperes line") > 0);
    }
}
