#pragma once

#include <fmt/format.h>

#include "daemon/engine/measurements.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"
#include "tests/support/scratch.h"

namespace frugald::test {

using namespace std::chrono_literals;

// 2027-01-15T12:00:00Z
inline const WallTime noon = from_unix_ms(1'800'014'400'000);

/// A server whose archive has the power of n0, n1, n2 for the hour from noon on, every 10 s: 100.5,
/// 101.5 and 102.5 W.
struct StoredHour {
    Scratch scratch;
    asio::thread_pool workers{1};
    RunningServer server{sample_snapshot(40)};
    std::unique_ptr<Measurements> measurements;

    StoredHour() {
        server.on_loop([this] {
            measurements = std::make_unique<Measurements>(server.loop(), workers.get_executor());
            measurements->use(scratch.path());
            server.cluster().stored = measurements.get();
        });
        for (int round = 0; round < 360; ++round) {
            std::vector<Sample> samples;
            for (int node = 0; node < 3; ++node)
                samples.push_back({.at = noon + round * 10s,
                                   .kind = DeviceKind::node,
                                   .device = fmt::format("n{}", node),
                                   .quantity = Quantity::power_watts,
                                   .source = "dcmi",
                                   .value = 100.5 + node});
            store(std::move(samples), noon + round * 10s);
        }
    }
    ~StoredHour() {
        server.on_loop([this] { server.cluster().stored = nullptr; });
        workers.join();  // a query that its client has left may be at work
        server.on_loop([this] { measurements.reset(); });
    }
    void store(std::vector<Sample> samples, WallTime taken) {
        server.run([&]() -> asio::awaitable<void> {
            co_await measurements->store(std::move(samples), taken);
        });
    }
    Response ask(const std::string& query) { return get(server, "/api/v1/series?" + query); }
};

}  // namespace frugald::test
