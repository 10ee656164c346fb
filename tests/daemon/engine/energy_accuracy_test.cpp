// The energy of jobs of 64 nodes against the truth: power that is known at every instant, polled as
// BMCs are, stored and read back by the real store.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <random>

#include "daemon/engine/energy_reader.h"
#include "daemon/engine/measurements.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime noon = from_unix_ms(1'800'014'400'000);
constexpr int nodes = 64;

/// 150 W idle; from `begin` to `end` a load that swings in phases of some minutes.
struct Load {
    double begin, end, phase, swing, period;

    static double swung(double swing, double period, double phase, double from, double to) {
        const double w = 2 * std::numbers::pi / period;
        return swing / w * (std::cos(w * from + phase) - std::cos(w * to + phase));
    }
    double watts(double t) const {
        if (t < begin || t >= end) return 150;
        return 420 + swing * std::sin(2 * std::numbers::pi / period * t + phase);
    }
    double joules(double from, double to) const {
        const double first = std::clamp(from, begin, end), last = std::clamp(to, begin, end);
        return 150 * (to - from - (last - first)) + 420 * (last - first) +
               swung(swing, period, phase, first, last);
    }
};

struct Bench {
    asio::io_context loop{1};
    asio::thread_pool workers{1};
    Measurements measurements{loop, workers.get_executor()};
    EnergyReader reader{measurements, workers.get_executor()};

    explicit Bench(const std::filesystem::path& directory) { measurements.use(directory); }
    ~Bench() { workers.join(); }
    void run(asio::awaitable<void> what) {
        asio::co_spawn(loop, std::move(what), asio::detached);
        loop.restart();
        loop.run();
    }
};

/// Every node every 10 s, within 1.5 s of its time, one answer of 50 lost, in whole 2 W.
void poll(Bench& bench, const std::vector<Load>& loads, int from, int to, std::mt19937& random) {
    std::uniform_real_distribution<double> late{0, 1.5};
    for (int at = from; at < to; at += 10) {
        std::vector<Sample> samples;
        for (int n = 0; n < nodes; ++n) {
            const double when = at + 10.0 * n / nodes + late(random);
            if (random() % 50 == 0) continue;
            const double watts = loads[static_cast<std::size_t>(n)].watts(when);
            samples.push_back({.at = noon + std::chrono::milliseconds{std::llround(when * 1000)},
                               .kind = DeviceKind::node,
                               .device = fmt::format("n{}", n),
                               .quantity = Quantity::power_watts,
                               .source = "dcmi",
                               .value = std::round(watts / 2) * 2});
        }
        bench.run(
            bench.measurements.store(std::move(samples), noon + std::chrono::seconds{at + 10}));
    }
}

double measured(Bench& bench, double from, double to, Resolution resolution) {
    const auto sheet = std::make_shared<EnergySheet>();
    EnergyReader::Question question;
    const auto ms = [](double t) { return to_unix_ms(noon) + std::llround(t * 1000); };
    for (int n = 0; n < nodes; ++n) {
        question.devices.push_back(fmt::format("n{}", n));
        sheet->node(question.devices.back(), 1).want({ms(from), ms(to)});
    }
    const auto names = question.devices;
    question.from = from_unix_ms(ms(from));
    question.to = from_unix_ms(ms(to));
    question.resolution = resolution;
    auto ask = [&]() -> asio::awaitable<void> {
        const auto read = co_await bench.reader.read(sheet, question);
        CHECK(read.has_value());
    };
    bench.run(ask());
    double sum = 0;
    for (const auto& name : names) {
        const auto figure = sheet->node(name, 1).figure(0);
        CHECK(figure.gaps == 0);
        sum += figure.energy ? figure.energy->value : 0;
    }
    return sum;
}

}  // namespace

TEST_CASE("a job of 64 nodes is within 0.5 % of the truth, also a short one") {
    const Scratch scratch;
    Bench bench{scratch.path()};
    std::mt19937 random{7};
    std::uniform_real_distribution<double> any{0, 1};
    struct Job {
        const char* says;
        double begin, end;
        double allowed_percent;
    };
    const Job jobs[] = {{"of 67 minutes", 640.217, 4660.843, 0.5},
                        {"of 3 minutes", 5000.4, 5180.9, 2}};
    std::vector<Load> loads;
    for (int n = 0; n < nodes; ++n)
        loads.push_back({jobs[0].begin, jobs[0].end, 6.28 * any(random), 30 + 90 * any(random),
                         60 + 400 * any(random)});
    poll(bench, loads, 0, 4900, random);
    for (auto& load : loads) {
        load.begin = jobs[1].begin;
        load.end = jobs[1].end;
    }
    poll(bench, loads, 4900, 5500, random);
    for (const auto& job : jobs) {
        CAPTURE(job.says);
        double truth = 0;
        for (auto load : loads) {
            load.begin = job.begin;
            load.end = job.end;
            truth += load.joules(job.begin, job.end);
        }
        const double seen = measured(bench, job.begin, job.end, Resolution::raw);
        const double off = 100 * (seen / truth - 1);
        MESSAGE("a job " << std::string{job.says} << ": true " << truth / 3.6e6 << " kWh, measured "
                         << seen / 3.6e6 << " kWh, off by " << off << " %");
        CHECK(std::abs(off) < job.allowed_percent);
    }
    // The same time by cells of 5 minutes, whose ends are not cut exactly.
    double truth = 0;
    for (auto load : loads) {
        load.begin = jobs[0].begin;
        load.end = jobs[0].end;
        truth += load.joules(300, 4800);
    }
    const double seen = measured(bench, 300, 4800, Resolution::five_minutes);
    MESSAGE("75 minutes by cells of 5 minutes: off by " << 100 * (seen / truth - 1) << " %");
    CHECK(std::abs(seen / truth - 1) < 0.005);
}
