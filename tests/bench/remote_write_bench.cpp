#include "tests/bench/remote_write_bench.h"

#include <algorithm>
#include <stdexcept>

#include "tests/bench/fleet_readings.h"
#include "tests/plugins/remote_write/peers.h"
#include "tests/plugins/remote_write/rig.h"

namespace frugald::bench {

namespace {

using namespace std::chrono_literals;
using Wall = std::chrono::steady_clock;
using test::Rig;
using test::VictoriaMetrics;

constexpr unsigned nodes = 500;
constexpr unsigned rounds = 720;

WallTime some_hours_ago() {
    return std::chrono::floor<std::chrono::hours>(Instant::now().wall) - 3h;
}

void must(bool sent, const Rig& rig) {
    if (!sent) throw std::runtime_error("not everything is sent: " + rig.sender().status());
    if (rig.sender().counts().dropped > 0) throw std::runtime_error(rig.sender().status());
}

}  // namespace

void remote_write_catch_up(const Report& report) {
    if (!VictoriaMetrics::installed())
        return say_skipped("remote_write.samples_per_second", "victoria-metrics");
    const Scratch scratch;
    VictoriaMetrics peer{scratch.path()};
    peer.start();
    Rig rig;
    rig.send_to(peer.port());
    rig.config().backfill = 24h;
    FleetReadings fleet{nodes, some_hours_ago()};
    for (unsigned round = 0; round < rounds; ++round) {
        const auto& some = fleet.next();
        rig.store(some, fleet.at() + 3s);
    }
    const auto cpu = cpu_time();
    const auto begin = Wall::now();
    rig.start();
    must(rig.send_all(), rig);
    const auto took = std::chrono::duration<double>(Wall::now() - begin).count();
    const auto used = (cpu_time() - cpu).count();
    const auto sent = rig.sender().counts().sent;
    const auto count = static_cast<double>(sent);
    report({"remote_write.samples_per_second", count / took, "1/s", sent});
    report({"remote_write.cpu_ns_per_sample", used * 1e9 / count, "ns", sent});
}

void remote_write_live(const Report& report) {
    if (!VictoriaMetrics::installed())
        return say_skipped("remote_write.live_cpu_ns_per_sample", "victoria-metrics");
    const Scratch scratch;
    VictoriaMetrics peer{scratch.path()};
    peer.start();
    Rig rig;
    rig.send_to(peer.port());
    rig.config().backfill = 24h;
    FleetReadings fleet{nodes, some_hours_ago()};
    std::chrono::duration<double> used{};
    std::uint64_t before = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const auto& some = fleet.next();
        rig.store(some, fleet.at() + 3s);
        if (round == 2) rig.start();
        if (round < 3) continue;
        if (round == 10) {
            used = {};
            before = rig.sender().counts().sent;
        }
        const auto cpu = cpu_time();
        must(rig.send_all(), rig);
        used += cpu_time() - cpu;
    }
    const auto sent = rig.sender().counts().sent - before;
    report({"remote_write.live_cpu_ns_per_sample", used.count() * 1e9 / static_cast<double>(sent),
            "ns", sent});
}

void remote_write_encode(const Report& report) {
    FleetReadings fleet{nodes, some_hours_ago()};
    std::vector<Sample> window;
    for (unsigned round = 0; round < 60; ++round) {
        const auto& some = fleet.next();
        window.insert(window.end(), some.begin(), some.end());
    }
    remote_write::Labels labels{{}};
    {
        remote_write::Batcher sorted{labels, {}};
        take_samples(window, sorted);  // sorts them
    }
    std::vector<std::int64_t> at_ms;
    std::vector<double> values;
    for (const auto& one : window) {
        at_ms.push_back(to_unix_ms(one.at));
        values.push_back(one.value);
    }
    std::uint64_t samples = 0, bytes = 0;
    const auto cpu = cpu_time();
    for (int times = 0; times < 20; ++times) {
        remote_write::Batcher batcher{labels, {}};
        for (std::size_t first = 0, last = 0; first < window.size(); first = last) {
            const auto& one = window[first];
            const auto same = [&one](const Sample& other) {
                return other.device == one.device && other.part_name == one.part_name;
            };
            while (last < window.size() && same(window[last])) ++last;
            batcher.take({{one.kind, one.device, one.source, one.quantity, one.part, one.part_name},
                          std::span{at_ms}.subspan(first, last - first),
                          std::span{values}.subspan(first, last - first)});
            for (const auto& request : batcher.take_requests()) bytes += request.body.size();
        }
        batcher.finish();
        for (const auto& request : batcher.take_requests()) bytes += request.body.size();
        samples += window.size();
    }
    const auto used = (cpu_time() - cpu).count();
    const auto count = static_cast<double>(samples);
    report({"remote_write.encode_ns_per_sample", used * 1e9 / count, "ns", samples});
    report({"remote_write.wire_bytes_per_sample", static_cast<double>(bytes) / count, "bytes",
            samples});
}

}  // namespace frugald::bench
