#include "daemon/engine/measurements.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <thread>

#include "tests/support/scratch.h"
#include "tests/support/small_disk.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

const WallTime noon = from_unix_ms(1'800'014'400'000);

Sample watts_of(const std::string& node, WallTime at, double value) {
    return {.at = at,
            .kind = DeviceKind::node,
            .device = node,
            .quantity = Quantity::power_watts,
            .source = "dcmi",
            .value = value};
}

/// The measurements on a loop of their own; each call runs it until the answer is there.
struct Bench {
    asio::io_context loop{1};
    asio::thread_pool workers{1};
    Measurements measurements{loop, workers.get_executor()};

    explicit Bench(const std::filesystem::path& directory) { measurements.use(directory); }
    ~Bench() { workers.join(); }

    template <class T>
    T wait_for(asio::awaitable<T> what) {
        std::optional<T> answer;
        const auto keep = [&answer](std::exception_ptr broken, T value) {
            if (broken) std::rethrow_exception(broken);
            answer = std::move(value);
        };
        asio::co_spawn(loop, std::move(what), keep);
        loop.restart();
        loop.run();
        REQUIRE(answer);
        return std::move(*answer);
    }
    void store(std::vector<Sample> samples, WallTime taken) {
        asio::co_spawn(loop, measurements.store(std::move(samples), taken), asio::detached);
        loop.restart();
        loop.run();
    }
    /// "n1 dcmi power_watts: 100@0 101@10", one line a series, instants in seconds since noon.
    std::string read(WallTime from, WallTime to) {
        std::string text;
        const auto take = [&text](const SeriesSamples& series) {
            text += fmt::format("{} {} {}:", series.series.device, series.series.source,
                                to_string(series.series.quantity));
            for (std::size_t i = 0; i < series.values.size(); ++i)
                text += fmt::format(" {}@{}", series.values[i],
                                    (series.at_ms[i] - to_unix_ms(noon)) / 1000);
            text += '\n';
            return true;
        };
        SampleQuery query;
        query.from = from;
        query.to = to;
        const auto reader = wait_for(measurements.ask(query));
        if (!reader) return reader.error().text;
        const auto done = wait_for((*reader)->run({.samples = take}));
        return done ? text : done.error().text;
    }
};

}  // namespace

TEST_CASE("what was stored can be read, and is said to be complete up to some seconds ago") {
    const Scratch scratch;
    Bench bench{scratch.path()};
    CHECK(bench.read(noon, noon + 1h) == "the store of readings is not open yet");
    CHECK_FALSE(bench.measurements.complete_until());
    bench.store({watts_of("n1", noon, 100), watts_of("n2", noon + 1s, 200)}, noon + 5s);
    bench.store({watts_of("n1", noon + 10s, 101.5)}, noon + 15s);
    CHECK(bench.measurements.complete_until() == noon);
    CHECK(bench.read(noon, noon + 1h) ==
          "n1 dcmi power_watts: 100@0 101.5@10\nn2 dcmi power_watts: 200@1\n");
    CHECK(bench.read(noon + 1s, noon + 10s) == "n2 dcmi power_watts: 200@1\n");
    CHECK(bench.measurements.failure().empty());
}

TEST_CASE("a reader whose user is gone, or that nobody ended, ends before the store") {
    const Scratch scratch;
    std::shared_ptr<ArchiveReader> left;
    {
        Bench bench{scratch.path()};
        bench.store({watts_of("n1", noon, 100)}, noon);
        SampleQuery query;
        query.to = noon + 1h;
        auto asked = bench.wait_for(bench.measurements.ask(query));
        REQUIRE(asked);
        const auto more = bench.wait_for((*asked)->step({}));
        CHECK(more.has_value());
        asked->reset();
        bench.store({watts_of("n1", noon + 1s, 100)}, noon + 1s);
        left = bench.wait_for(bench.measurements.ask(query)).value();
    }
    CHECK(left.use_count() == 1);
}

TEST_CASE("what comes late is handed over once, to who has asked") {
    const Scratch scratch;
    Bench bench{scratch.path()};
    bench.store({watts_of("n1", noon, 100)}, noon + 60s);
    REQUIRE(bench.measurements.complete_until() == noon + 45s);
    bench.store({watts_of("n1", noon + 10s, 101)}, noon + 61s);
    CHECK(bench.measurements.take_late().empty());
    bench.store({watts_of("n1", noon + 20s, 102), watts_of("n1", noon + 50s, 103)}, noon + 70s);
    const auto late = bench.measurements.take_late();
    REQUIRE(late.size() == 1);
    CHECK(late.front().value == 102);
    CHECK(bench.measurements.take_late().empty());
}

TEST_CASE("D1: a full disk keeps readings waiting, and they are stored when there is room") {
    const Scratch scratch;
    const SmallDisk disk{scratch.path() / "disk", "size=8m"};
    if (!disk.mounted) {
        MESSAGE("skipped: a full disk (needs root and tmpfs)");
        return;
    }
    Bench bench{disk.path};
    bench.store({watts_of("n1", noon, 100)}, noon + 20s);
    CHECK(bench.measurements.failure().find("kept for the journal of actions") !=
          std::string::npos);
    CHECK_FALSE(bench.measurements.complete_until());
    REQUIRE(disk.resize("size=64m"));
    bench.store({watts_of("n1", noon + 10s, 101)}, noon + 30s);
    CHECK(bench.measurements.failure().empty());
    CHECK(bench.measurements.dropped() == 0);
    CHECK(bench.read(noon, noon + 1h) == "n1 dcmi power_watts: 100@0 101@10\n");
}

TEST_CASE("D1: of what waits for too long the oldest is dropped, and counted") {
    const Scratch scratch;
    const SmallDisk disk{scratch.path() / "disk", "size=8m"};
    if (!disk.mounted) {
        MESSAGE("skipped: a full disk (needs root and tmpfs)");
        return;
    }
    Bench bench{disk.path};
    for (int round = 0; round < 26; ++round) {
        std::vector<Sample> samples;
        for (int i = 0; i < 10'000; ++i)
            samples.push_back(watts_of(fmt::format("n{}", i), noon + round * 1s, round));
        bench.store(std::move(samples), noon + round * 1s);
    }
    CHECK(bench.measurements.dropped() == 10'000);
    REQUIRE(disk.resize("size=64m"));
    bench.store({}, noon + 30s);
    CHECK(bench.read(noon, noon + 1s).empty());
    CHECK(bench.read(noon + 1s, noon + 2s).find("n9999 dcmi power_watts: 1@1\n") !=
          std::string::npos);
}

TEST_CASE("who reads for long does not keep what was measured from the disk") {
    const Scratch scratch;
    Bench bench{scratch.path()};
    std::vector<Sample> samples;
    for (int i = 0; i < 2000; ++i) samples.push_back(watts_of(fmt::format("n{}", i), noon, 100));
    bench.store(std::move(samples), noon);
    bool stored = false;
    int steps_after = 0;
    auto read = [&]() -> asio::awaitable<void> {
        SampleQuery query;
        query.from = noon;
        query.to = noon + 1h;
        const auto reader = co_await bench.measurements.ask(query);
        auto write = [&]() -> asio::awaitable<void> {
            std::vector<Sample> one{watts_of("n1", noon + 1s, 101)};
            co_await bench.measurements.store(std::move(one), noon + 1s);
            stored = true;
        };
        asio::co_spawn(bench.loop, write, asio::detached);
        for (bool more = true; more;) {
            const ArchiveSink slow{.samples = [](const SeriesSamples&) {
                std::this_thread::sleep_for(100us);
                return true;
            }};
            const auto next = co_await (*reader)->step(slow);
            more = next.value();
            steps_after += stored ? 1 : 0;
        }
    };
    asio::co_spawn(bench.loop, read, asio::detached);
    bench.loop.restart();
    bench.loop.run();
    CHECK(stored);
    CHECK(steps_after > 2);
}
