#include "tests/bench/store_peers_bench.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include "daemon/store/samples/sample_store.h"
#include "plugins/remote_write/client.h"
#include "tests/bench/fleet_readings.h"
#include "tests/plugins/remote_write/peers.h"
#include "tests/support/scratch.h"

namespace frugald::bench {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr unsigned nodes = 500;
constexpr unsigned rounds = 720;  // one block of Prometheus

struct Cost {
    double bytes = 0, cpu_ns = 0;  // for each sample
    double rollup_bytes = 0;       // beside them: the peers have none
    std::uint64_t samples = 0;
};

/// Begin of a block of Prometheus.
WallTime first_round() {
    return std::chrono::floor<std::chrono::duration<int, std::ratio<7200>>>(Instant::now().wall) -
           6h;
}

double size_below(const fs::path& directory) {
    double bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator{directory})
        if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    return bytes;
}

Cost ours() {
    const Scratch scratch;
    FleetReadings fleet{nodes, first_round()};
    auto store = SampleStore::open(scratch.path());
    if (!store) throw std::runtime_error(store.error().text);
    Cost cost;
    std::chrono::duration<double> used{};
    for (unsigned round = 0; round <= rounds; ++round) {
        const auto some = round < rounds ? fleet.next() : std::vector<Sample>{};
        const auto begin = cpu_time();
        const auto done =
            round < rounds ? (*store)->append(fleet.at() + 3s, some) : (*store)->flush();
        used += cpu_time() - begin;
        if (!done) throw std::runtime_error(done.error().text);
        cost.samples += some.size();
    }
    store->reset();
    const auto count = static_cast<double>(cost.samples);
    const auto journal = static_cast<double>(fs::file_size(scratch.path() / "journal.db"));
    const auto raw = size_below(scratch.path() / "raw");
    cost.bytes = raw / count;
    cost.rollup_bytes = (size_below(scratch.path()) - raw - journal) / count;
    cost.cpu_ns = used.count() * 1e9 / count;
    return cost;
}

/// Posts to a peer, one request after the other.
class Poster {
public:
    explicit Poster(const test::Peer& peer) {
        remote_write::Config config;
        config.url = {.host = "127.0.0.1", .port = peer.port(), .target = "/api/v1/write"};
        client_ = remote_write::make_client(loop_, config, nullptr);
    }

    /// How many they are.
    std::uint64_t post(std::vector<Sample> samples) {
        remote_write::Batcher batcher{labels_, {}};
        take_samples(samples, batcher);
        batcher.finish();
        for (const auto& request : batcher.take_requests()) {
            unsigned status = 0;
            const auto keep = [&status](std::exception_ptr, Result<remote_write::Reply> reply) {
                if (reply) status = reply->status;
            };
            asio::co_spawn(loop_, client_->post(request.body), keep);
            loop_.restart();
            loop_.run();
            if (status / 100 != 2) throw std::runtime_error(fmt::format("status {}", status));
        }
        return samples.size();
    }

private:
    asio::io_context loop_{1};
    std::unique_ptr<remote_write::Client> client_;
    remote_write::Labels labels_{{}};
};

/// `settle` brings everything to its place and says how many bytes that are.
Cost theirs(test::Peer& peer, const std::function<double(Poster&)>& settle) {
    peer.start();
    const auto begin = peer.cpu_time();
    FleetReadings fleet{nodes, first_round()};
    Poster poster{peer};
    Cost cost;
    for (unsigned round = 0; round < rounds; ++round) cost.samples += poster.post(fleet.next());
    const auto bytes = settle(poster);
    const auto count = static_cast<double>(cost.samples);
    cost.bytes = bytes / count;
    cost.cpu_ns = (peer.cpu_time() - begin).count() * 1e9 / count;
    return cost;
}

void compare(const Report& report, const std::string& name, const Cost& one, const Cost& other) {
    if (one.samples != other.samples) throw std::runtime_error("not the same data");
    const auto& n = one.samples;
    report({"store.vs_" + name + "_bytes_ratio", one.bytes / other.bytes, "", n});
    report({"store.vs_" + name + "_cpu_ratio", one.cpu_ns / other.cpu_ns, "", n});
    report({"store.vs_" + name + ".our_bytes_per_sample", one.bytes, "bytes", n});
    report({"store.vs_" + name + ".our_rollup_bytes_per_sample", one.rollup_bytes, "bytes", n});
    report({"store.vs_" + name + ".their_bytes_per_sample", other.bytes, "bytes", n});
    report({"store.vs_" + name + ".our_ns_per_sample", one.cpu_ns, "ns", n});
    report({"store.vs_" + name + ".their_ns_per_sample", other.cpu_ns, "ns", n});
}

/// Until its size no longer changes, which it may do after a merge.
double settled_size(const fs::path& directory) {
    double size = size_below(directory);
    for (int quiet = 0; quiet < 4;) {
        std::this_thread::sleep_for(500ms);
        const auto now = size_below(directory);
        quiet = now == size ? quiet + 1 : 0;
        size = now;
    }
    return size;
}

/// The size of its one block, once the head was compacted: a reading three hours later does that.
double compacted_size(const test::Peer& peer, Poster& poster) {
    poster.post({{.at = first_round() + 5h + 1min,
                  .device = "later",
                  .quantity = Quantity::power_watts,
                  .source = "dcmi",
                  .value = 1}});
    for (int i = 0; i < 600; ++i) {
        for (const auto& entry : fs::directory_iterator{peer.data()})
            if (fs::exists(entry.path() / "meta.json") &&
                entry.path().extension() != ".tmp-for-creation")
                return settled_size(entry.path());
        std::this_thread::sleep_for(100ms);
    }
    throw std::runtime_error("Prometheus has made no block");
}

}  // namespace

void store_vs_victoria(const Report& report) {
    if (!test::VictoriaMetrics::installed())
        return say_skipped("store.vs_victoria_", "victoria-metrics");
    const Scratch scratch;
    test::VictoriaMetrics peer{scratch.path()};
    const auto settle = [&](Poster&) {
        peer.get("/internal/force_flush");
        peer.get("/internal/force_merge");
        return settled_size(peer.data());
    };
    const auto other = theirs(peer, settle);
    compare(report, "victoria", ours(), other);
}

void store_vs_prometheus(const Report& report) {
    if (!test::Prometheus::installed()) return say_skipped("store.vs_prometheus_", "prometheus");
    const Scratch scratch;
    test::Prometheus peer{scratch.path()};
    const auto settle = [&](Poster& poster) { return compacted_size(peer, poster); };
    const auto other = theirs(peer, settle);
    compare(report, "prometheus", ours(), other);
}

}  // namespace frugald::bench
