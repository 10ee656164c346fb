#include <map>
#include <stdexcept>

#include "daemon/store/samples/sample_store.h"
#include "tests/bench/store_bench.h"
#include "tests/daemon/telemetry/replay.h"
#include "tests/support/scratch.h"

namespace frugald::bench {

namespace {

constexpr std::int64_t begin_ms = 1'748'908'800'000;  // 2025-06-03T00:00Z
constexpr std::int64_t minute_ms = 60'000;

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// What was recorded, in little memory: sensors are numbers.
class RecordedDay {
public:
    explicit RecordedDay(const std::filesystem::path& archive) {
        const auto take = [this](const std::string& node, std::span<const Reading> readings) {
            auto& minutes = nodes_[node].emplace_back();
            for (const auto& reading : readings)
                minutes.push_back({sensor(reading), reading.value});
        };
        test::read_day(archive, 16, take);
        if (nodes_.empty()) throw std::runtime_error("the recording has no nodes");
    }

    /// All nodes' readings of a minute, each node at a second of its own.
    std::vector<Sample> minute(std::size_t number) const {
        std::vector<Sample> samples;
        std::int64_t offset_ms = 0;
        for (const auto& [node, minutes] : nodes_) {
            offset_ms = (offset_ms + 547) % minute_ms;
            if (number >= minutes.size()) continue;
            const auto at =
                from_unix_ms(begin_ms + static_cast<std::int64_t>(number) * minute_ms + offset_ms);
            for (const auto& value : minutes[number]) {
                const auto& about = sensors_[value.sensor];
                samples.push_back({.at = at,
                                   .kind = DeviceKind::node,
                                   .device = node,
                                   .quantity = about.quantity,
                                   .part = about.part,
                                   .part_name = about.name,
                                   .source = "sdr",
                                   .value = value.value});
            }
        }
        return samples;
    }

private:
    struct Sensor {
        Quantity quantity{};
        Part part{};
        std::string name;
        auto operator<=>(const Sensor&) const = default;
    };
    struct Value {
        std::uint32_t sensor;
        double value;
    };

    std::uint32_t sensor(const Reading& reading) {
        Sensor about{reading.quantity, reading.part, std::string{reading.part_name}};
        const auto [found, added] =
            numbers_.emplace(about, static_cast<std::uint32_t>(sensors_.size()));
        if (added) sensors_.push_back(std::move(about));
        return found->second;
    }

    std::map<Sensor, std::uint32_t> numbers_;
    std::vector<Sensor> sensors_;
    std::map<std::string, std::vector<std::vector<Value>>> nodes_;
};

}  // namespace

void store_recorded(const Report& report) {
    const auto archive = test::recorded_day();
    if (archive.empty()) throw std::runtime_error("there is no recording of real BMCs here");
    const RecordedDay day{archive};
    const Scratch scratch;
    auto store = value_or_throw(SampleStore::open(scratch.path()));
    std::chrono::duration<double> cpu{};
    std::uint64_t samples = 0;
    for (std::size_t minute = 0; minute < 24 * 60; ++minute) {
        const auto some = day.minute(minute);
        const auto now = from_unix_ms(begin_ms + static_cast<std::int64_t>(minute + 1) * minute_ms);
        const auto begin = cpu_time();
        value_or_throw(store->append(now, some));
        cpu += cpu_time() - begin;
        samples += some.size();
    }
    value_or_throw(store->flush());
    const auto bytes = std::filesystem::file_size(scratch.path() / "raw/20250603.db");
    const auto count = static_cast<double>(samples);
    report(
        {"store.recorded_bytes_per_sample", static_cast<double>(bytes) / count, "bytes", samples});
    report({"store.recorded_ns_per_sample", cpu.count() * 1e9 / count, "ns", samples});
}

}  // namespace frugald::bench
