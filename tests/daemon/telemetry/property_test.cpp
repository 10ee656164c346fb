#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "daemon/telemetry/fleet.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

/// A node that runs at 250 to 550 W in steps of 10 W and is off now and then, with faults of B8
/// in one reading of eight, also several in a row.
class FaultyNode {
public:
    explicit FaultyNode(unsigned seed) : random_(seed) {}

    Chassis chassis() {
        if (pick(200) == 0) on_ = !on_;
        return on_ ? Chassis::on : Chassis::off;
    }
    double honest() { return on_ ? 250 + 10.0 * pick(31) : 10.0 * pick(3); }
    std::optional<double> fault() {
        if (pick(8) != 0) return std::nullopt;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double faults[] = {65535,
                                 nan,
                                 -1,
                                 1e9,
                                 40e3,
                                 25550,
                                 25450,
                                 2550,
                                 2540,
                                 on_ ? 0.0 : nan,
                                 std::numeric_limits<double>::infinity()};
        return faults[pick(static_cast<unsigned>(std::size(faults)))];
    }
    unsigned pick(unsigned below) {
        return std::uniform_int_distribution<unsigned>{0, below - 1}(random_);
    }

private:
    std::mt19937 random_;
    bool on_ = true;
};

}  // namespace

TEST_CASE("B8: of random readings with faults none that is absurd is ever stored or shown") {
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        FaultyNode node{seed};
        Fleet fleet{60s};
        fleet.declare_node("n1");
        WallTime at = from_unix_ms(1'800'000'000'000);
        std::uint64_t honest = 0, stored = 0, faults = 0;
        for (int i = 0; i < 5000; ++i, at += 10s) {
            const auto chassis = node.chassis();
            const auto fault = node.fault();
            const double value = fault.value_or(node.honest());
            ++(fault ? faults : honest);
            const Reading reading{.quantity = Quantity::power_watts, .value = value};
            fleet.take({.device = "n1",
                        .source = "sdr",
                        .at = at,
                        .chassis = chassis,
                        .readings = {&reading, 1}});
            for (const auto& kept : fleet.take_accepted()) {
                ++stored;
                REQUIRE(kept.value >= 0);
                REQUIRE(kept.value <= 550);
            }
            Snapshot picture;
            picture.at.wall = at;
            fleet.describe(picture);
            if (const auto& power = picture.nodes.at("n1").power) REQUIRE(power->value <= 550);
            if (const auto& sum = picture.cluster_power) REQUIRE(sum->value <= 550);
        }
        Snapshot picture;
        fleet.describe(picture);
        std::uint64_t rejected = 0;
        for (const auto& [reason, times] : picture.counters.readings_rejected) rejected += times;
        CHECK(rejected + stored + 2 >= honest + faults);  // what waits at the end
        CHECK(stored <= honest);
        // Only a step of the chassis next to a fault can cost a true reading.
        CHECK(stored + honest / 100 >= honest);
    }
}
