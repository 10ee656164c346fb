#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <cstdlib>
#include <thread>

#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::test;

namespace {

/// The readings of call `number`, always the same ones: 20 devices, about every 100 s, so that
/// hours, days and months pass quickly.
std::vector<Sample> call(std::int64_t number) {
    const std::int64_t at_ms = midnight + number * 97'000;
    std::vector<Sample> readings;
    for (int device = 0; device < 20; ++device) {
        Random random{static_cast<std::uint64_t>(number * 20 + device)};
        if (random.once_in(10)) continue;
        const auto name = fmt::format("n{}", device);
        const auto tenths = [&] { return static_cast<double>(random.bits() % 4000) / 10; };
        const auto late = static_cast<std::int64_t>(random.bits() % 500);
        readings.push_back(reading(at_ms + late, name, Quantity::power_watts, tenths()));
        for (const auto* sensor : {"CPU1", "CPU2", "Inlet"})
            if (!random.once_in(30))
                readings.push_back(
                    reading(at_ms + late, name, Quantity::temperature_celsius, tenths(), sensor));
        readings.push_back(reading(at_ms + late + 9, name, Quantity::energy_joules,
                                   static_cast<double>(number * 100 + device), "", "dcmi"));
    }
    return readings;
}

Truth calls(std::int64_t first, std::int64_t end) {
    Truth truth;
    for (auto number = first; number < end; ++number) add(truth, call(number));
    return truth;
}

/// Goes on with call `number` for ever, telling each one through the pipe once it is stored.
[[noreturn]] void append_until_killed(const std::filesystem::path& directory, std::int64_t number,
                                      int pipe) {
    auto store = SampleStore::open(directory);
    if (!store) ::_exit(1);
    for (;; ++number) {
        const auto readings = call(number);
        const auto now = from_unix_ms(midnight + number * 97'000);
        if (!(*store)->append(now, readings) || !(*store)->trouble().empty()) ::_exit(2);
        if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(3);
    }
}

/// The last call that the child said to be stored before it was killed; -1 for none.
std::int64_t run_and_kill(const std::filesystem::path& directory, std::int64_t number,
                          std::chrono::microseconds life) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        append_until_killed(directory, number, ends[1]);
    }
    ::close(ends[1]);
    std::jthread killer{[&] {
        std::this_thread::sleep_for(life);
        ::kill(child, SIGKILL);
    }};
    std::int64_t last = -1;
    for (std::int64_t next; ::read(ends[0], &next, sizeof next) == sizeof next;) last = next;
    ::close(ends[0]);
    killer.join();
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    return last;
}

/// Every value is in the cells once, and the counters' gain is in them.
void check_cells(SampleStore& store, const Truth& truth) {
    const auto cells = read_cells(store, Resolution::hour);
    for (const auto& [key, values] : truth) {
        std::size_t wanted = values.size();
        for (const auto& [begin, cell] : cells.at(key))
            wanted -= static_cast<std::size_t>(cell.samples);
        CHECK_MESSAGE(wanted == 0, key << ": " << wanted << " are not in cells");
    }
    for (const auto& [key, values] : truth) {
        if (key.find("energy") == std::string::npos) continue;
        const double gain = *values.rbegin()->second.begin() - *values.begin()->second.begin();
        double sum = 0;
        for (const auto& [begin, cell] : cells.at(key)) sum += static_cast<double>(cell.integral);
        // Each cell is rounded.
        CHECK(std::abs(sum - gain) <= static_cast<double>(cells.at(key).size()) / 2 + 1);
    }
}

}  // namespace

TEST_CASE("D4: kill -9 at any moment: no committed round is lost, no value is wrong") {
    const char* wanted = std::getenv("FRUGALD_KILLS");
    const int kills = wanted ? std::atoi(wanted) : 50;
    const Scratch scratch;
    Random random{2026};
    std::int64_t next = 0;  // the first call that is not known to be stored
    int in_flight = 0;
    for (int kill = 0; kill < kills; ++kill) {
        const std::chrono::microseconds life{2000 + random.bits() % 25'000};
        next = std::max(next, run_and_kill(scratch.path(), next, life) + 1);
        auto store = open_samples(scratch.path());
        for (const auto& what : store->take_damage()) FAIL_CHECK(what);
        // Half a day is more than the calls of several lives.
        const auto first = std::max<std::int64_t>(0, next - 450);
        const auto found = read_raw(*store, midnight + first * 97'000);
        auto truth = calls(first, next);
        if (difference(truth, found) == "") continue;
        // The last call may be stored although it was not said any more.
        add(truth, call(next++));
        ++in_flight;
        REQUIRE_MESSAGE(difference(truth, found) == "", "after kill " << kill);
    }
    const auto first = kills > 100 ? std::max<std::int64_t>(0, next - 5000) : 0;
    const auto truth = calls(first, next);
    auto store = open_samples(scratch.path());
    CHECK(difference(truth, read_raw(*store, midnight + first * 97'000)) == "");
    if (first == 0) check_cells(*store, truth);
    const auto checked = store->check();
    REQUIRE(checked);
    CHECK(checked->damage.empty());
    MESSAGE(kills << " kills, " << next << " calls, of which " << in_flight
                  << " were in flight and stored; none lost");
    CHECK(next > kills / 5);  // a slow machine stores little in some milliseconds
}
