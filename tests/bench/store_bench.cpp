#include "tests/bench/store_bench.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "daemon/store/samples/cell_row.h"
#include "daemon/store/samples/open_chunks.h"
#include "daemon/store/samples/sample_store.h"
#include "tests/support/fleet_samples.h"
#include "tests/support/scratch.h"

namespace frugald::bench {

namespace {

using test::FleetSamples;
using Wall = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::int64_t begin_ms = 1'795'219'200'000;  // 2026-11-21T00:00Z
constexpr std::int64_t hour_ms = 3'600'000;
constexpr unsigned sensors = FleetSamples::sensor_count;

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds_since(Wall::time_point begin) {
    return std::chrono::duration<double>(Wall::now() - begin).count();
}

/// The number behind `name` in a file of /proc/self.
double proc(const char* file, const std::string& name) {
    std::ifstream in{std::string{"/proc/self/"} + file};
    std::string word;
    double value = 0;
    while (in >> word)
        if (word == name && in >> value) return value;
    throw std::runtime_error(std::string{"no "} + name + " in /proc/self/" + file);
}

/// What the engine would hand over for a round.
class Readings {
public:
    explicit Readings(unsigned nodes) : fleet_(nodes, 2022, begin_ms) {
        for (unsigned node = 0; node < nodes; ++node)
            names_.push_back(fmt::format("node{:05}", node));
        for (const auto& sensor : FleetSamples::sensors)
            scales_.push_back(codec::Scale{.scale_e10 = sensor.scale_e10});
    }

    std::span<const Sample> next() {
        const auto& polls = fleet_.next_round();
        readings_.clear();
        for (std::size_t node = 0; node < polls.size(); ++node) {
            if (!polls[node].answered) continue;
            for (unsigned i = 0; i < sensors; ++i)
                readings_.push_back({.at = from_unix_ms(fleet_.at_ms() + polls[node].offset_ms),
                                     .kind = DeviceKind::node,
                                     .device = names_[node],
                                     .quantity = FleetSamples::sensors[i].quantity,
                                     .part = Part::sensor,
                                     .part_name = FleetSamples::sensors[i].name,
                                     .source = "sdr",
                                     .value = scales_[i].value_of(*polls[node].values[i])});
        }
        return readings_;
    }
    /// Adds what belongs to the round.
    std::span<const Sample> with(Sample one) {
        readings_.push_back(std::move(one));
        return readings_;
    }
    WallTime at() const { return from_unix_ms(fleet_.at_ms()); }

private:
    FleetSamples fleet_;
    std::vector<std::string> names_;
    std::vector<codec::Scale> scales_;
    std::vector<Sample> readings_;
};

void drop_pages(const fs::path& directory) {
    for (const auto& entry : fs::recursive_directory_iterator{directory}) {
        const int file = ::open(entry.path().c_str(), O_RDONLY);
        if (file < 0) continue;
        ::fdatasync(file);
        ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        ::close(file);
    }
}

/// The median of some readings in ms, and of how many values.
std::pair<double, std::uint64_t> read_time(SampleStore& store, const SampleQuery& query, int times,
                                           const fs::path* cold) {
    std::vector<double> took;
    std::uint64_t values = 0;
    for (int i = 0; i < times; ++i) {
        if (cold != nullptr) drop_pages(*cold);
        values = 0;
        double sum = 0;
        const auto polls = [&](const PollBlock& block) {
            for (std::size_t sensor = 0; sensor < block.sensors.size(); ++sensor)
                for (const auto place : block.places)
                    sum += static_cast<double>(block.block.columns[sensor].values[place]);
            values += block.places.size() * block.sensors.size();
            return true;
        };
        const auto cells = [&](const CellBlock& block) {
            for (const auto& cell : block.cells) sum += static_cast<double>(cell.integral);
            values += block.cells.size();
            return true;
        };
        const auto begin = Wall::now();
        value_or_throw(store.read(query)->run({polls, cells}));
        took.push_back(seconds_since(begin) * 1000);
        if (sum == 0) throw std::runtime_error("nothing was read");
    }
    std::ranges::sort(took);
    return {took[took.size() / 2], values};
}

}  // namespace

void store_ingest(const Report& report) {
    constexpr unsigned nodes = 10'000, hours = 3;
    const Scratch scratch;
    Readings readings{nodes};
    readings.next();
    const double rss_before = proc("status", "VmRSS:");
    auto store = value_or_throw(SampleStore::open(scratch.path()));
    const auto file = scratch.path() / "raw/20261121.db";
    std::chrono::duration<double> cpu{};
    std::uint64_t samples = 0;
    double written = 0, size = 0;
    for (unsigned round = 0; round < hours * 360; ++round) {
        if (round == 360) {
            cpu = {};
            samples = 0;
            written = proc("io", "wchar:");
            size = static_cast<double>(fs::file_size(file));
        }
        const auto some = readings.next();
        const auto begin = cpu_time();
        value_or_throw(store->append(readings.at(), some));
        cpu += cpu_time() - begin;
        samples += some.size();
        if (!store->trouble().empty()) throw std::runtime_error(store->trouble());
    }
    const auto count = static_cast<double>(samples);
    report({"store.ns_per_sample", cpu.count() * 1e9 / count, "ns", samples});
    report({"store.bytes_per_sample", (static_cast<double>(fs::file_size(file)) - size) / count,
            "bytes", samples});
    report({"store.written_bytes_per_sample", (proc("io", "wchar:") - written) / count, "bytes",
            samples});
    report({"store.rss_mb", (proc("status", "VmRSS:") - rss_before) / 1024, "MB", 1});
    store.reset();
    auto begin = Wall::now();
    store = value_or_throw(SampleStore::open(scratch.path()));
    report({"store.replay_s", seconds_since(begin), "s", 1});
    const auto bytes = fs::file_size(file);
    begin = Wall::now();
    value_or_throw(store->forget({.raw_before = from_unix_ms(begin_ms + 24 * hour_ms)}));
    report({"store.retention_s", seconds_since(begin), "s", bytes});
    if (fs::exists(file)) throw std::runtime_error("the day is still there");
}

void store_read_day(const Report& report) {
    constexpr unsigned nodes = 500;
    const Scratch scratch;
    Readings readings{nodes};
    auto store = value_or_throw(SampleStore::open(scratch.path()));
    for (unsigned round = 0; round < 24 * 360; ++round) {
        readings.next();
        const auto all = readings.with({.at = readings.at(),
                                        .kind = DeviceKind::meter,
                                        .device = "cluster",
                                        .quantity = Quantity::power_watts,
                                        .source = "sum",
                                        .value = 150'000.0 + round % 977});
        value_or_throw(store->append(readings.at(), all));
    }
    SampleQuery query{.devices = {"node00250"}};
    query.from = from_unix_ms(begin_ms);
    query.to = from_unix_ms(begin_ms + 24 * hour_ms);
    query.resolution = Resolution::raw;
    const auto warm = read_time(*store, query, 21, nullptr);
    const auto cold = read_time(*store, query, 11, &scratch.path());
    query.devices = {"cluster"};
    const auto cluster = read_time(*store, query, 21, nullptr);
    report({"store.node_day_ms", warm.first, "ms", warm.second});
    report({"store.node_day_cold_ms", cold.first, "ms", cold.second});
    report({"store.cluster_day_ms", cluster.first, "ms", cluster.second});
}

void store_read_month(const Report& report) {
    constexpr unsigned nodes = 10'000;
    constexpr std::int64_t rows = 12;  // of 60 hours: 30 days
    const Scratch scratch;
    const std::int64_t first = begin_ms / (60 * hour_ms) - rows;
    {
        auto store = value_or_throw(SampleStore::open(scratch.path()));
        Readings readings{nodes};
        for (int round = 0; round < 3; ++round) {  // until every node has answered
            const auto some = readings.next();
            value_or_throw(store->append(readings.at(), some));
        }
        value_or_throw(store->flush());
    }
    const samples::Catalogue catalogue;  // the store above has named the ids
    auto file = value_or_throw(samples::TimeFile::open(scratch.path() / "1h-2026.db", catalogue));
    test::Random random{1};
    std::vector<std::uint8_t> blob;
    const auto fill = [&]() -> Result<void> {
        for (std::int64_t unit = first; unit < first + rows; ++unit) {
            for (std::uint32_t node = 1; node <= nodes; ++node) {
                samples::CellRow row;
                for (std::uint32_t sensor = 1; sensor <= sensors; ++sensor)
                    for (std::int64_t i = 0; i < samples::cells_per_row; ++i) {
                        const auto mean = 2000 + static_cast<std::int64_t>(random.bits() % 2000);
                        row[sensor].push_back({.begin_ms = (unit * 60 + i) * hour_ms,
                                               .samples = 360,
                                               .covered_ms = hour_ms,
                                               .integral = mean * 3600 + mean % 97,
                                               .min = mean - mean % 311,
                                               .mean = mean,
                                               .max = mean + mean % 531});
                    }
                samples::encode_cells(row, unit * 60 * hour_ms, hour_ms, blob);
                if (auto done = file->put(samples::row_key(unit, node), blob); !done) return done;
            }
        }
        return {};
    };
    value_or_throw(file->database().transaction(fill));
    value_or_throw(file->database().checkpoint());
    file.reset();
    auto store = value_or_throw(SampleStore::open(scratch.path()));
    SampleQuery query{.part_names = {"power"}};
    query.from = from_unix_ms(first * 60 * hour_ms);
    query.to = from_unix_ms((first + rows) * 60 * hour_ms);
    query.resolution = Resolution::hour;
    const auto [ms, cells] = read_time(*store, query, 5, nullptr);
    if (cells < nodes * 720) throw std::runtime_error("cells are missing");
    report({"store.fleet_month_s", ms / 1000, "s", cells});
}

}  // namespace frugald::bench
