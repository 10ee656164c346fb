// Into the real receivers, where their packages are installed.

#include "tests/plugins/remote_write/peers.h"

#include <doctest/doctest.h>

#include "tests/plugins/remote_write/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

WallTime hours_ago(int hours) {
    return std::chrono::floor<std::chrono::hours>(Instant::now().wall) - std::chrono::hours{hours};
}

/// Live, away for an hour of data with a restart of frugald in between, and back.
void check_outage(Peer& peer) {
    peer.start();
    Rig rig;
    rig.send_to(peer.port());
    rig.config().backfill = 24h;
    Rounds rounds{rig, hours_ago(2), 5};
    rounds.store(30);
    rig.start();
    REQUIRE(rig.send_all());
    const auto stored = [&] {
        const auto first = to_unix_ms(hours_ago(3));
        return peer.stored(first, first + 3 * 3'600'000);
    };
    const auto expected = [&] {
        return rounds.expected_before(*rig.measurements().complete_until());
    };
    CHECK((stored() == expected()));
    peer.end();
    rounds.store(180);
    REQUIRE(rig.run_until([&] { return rig.sender().counts().failed_attempts > 1; }));
    rig.restart();
    rounds.store(180);
    REQUIRE(rig.run_until([&] { return rig.sender().counts().failed_attempts > 1; }));
    peer.start();
    REQUIRE(rig.send_all());
    CHECK(rig.sender().counts().dropped == 0);
    const auto all = stored();
    CHECK(count_samples(all) > 5'000);
    CHECK((all == expected()));
}

}  // namespace

TEST_CASE("VictoriaMetrics gets everything once, also after an hour's outage") {
    if (!VictoriaMetrics::installed()) {
        MESSAGE("skipped: package victoria-metrics is not installed");
        return;
    }
    const Scratch scratch;
    VictoriaMetrics peer{scratch.path()};
    check_outage(peer);
}

TEST_CASE("Prometheus gets everything once, also after an hour's outage") {
    if (!Prometheus::installed()) {
        MESSAGE("skipped: package prometheus is not installed");
        return;
    }
    const Scratch scratch;
    Prometheus peer{scratch.path()};
    check_outage(peer);
}

TEST_CASE("Prometheus takes late readings within its out_of_order_time_window only") {
    if (!Prometheus::installed()) {
        MESSAGE("skipped: package prometheus is not installed");
        return;
    }
    for (const bool window : {false, true}) {
        CAPTURE(window);
        const Scratch scratch;
        Prometheus peer{scratch.path(), window ? "1h" : ""};
        peer.start();
        Rig rig;
        rig.send_to(peer.port());
        rig.config().backfill = 24h;
        Rounds rounds{rig, hours_ago(1)};
        rounds.store(30);
        rig.start();
        REQUIRE(rig.send_all());
        rig.run_for(50ms);
        const auto end = *rig.measurements().complete_until();
        rig.store({reading("n1", end - 1min, 77)}, rounds.at());
        rounds.store(10);
        REQUIRE(rig.send_all());
        rig.run_for(100ms);
        auto expected = rounds.expected_before(*rig.measurements().complete_until());
        if (window)
            expected["frugald_node_power_watts{node=\"n1\",source=\"dcmi\"}"]
                    [to_unix_ms(end - 1min)] = {77};
        CHECK(rig.sender().counts().dropped == (window ? 0 : 1));
        const auto first = to_unix_ms(hours_ago(2));
        CHECK((peer.stored(first, first + 3 * 3'600'000) == expected));
    }
}
