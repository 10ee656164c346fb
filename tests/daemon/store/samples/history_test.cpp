// What is given comes back, whatever the history, from an open store and from one that was opened
// again without having been closed.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::test;

namespace {

/// Devices and their sensors that come and go, polls missed, a clock that is set.
class RandomHistory {
public:
    RandomHistory(std::uint64_t seed, std::int64_t begin_ms) : random_(seed), now_ms_(begin_ms) {}

    std::int64_t now_ms() const { return now_ms_; }

    std::vector<Sample> next() {
        now_ms_ += 10'000 + below(120'000);
        if (random_.once_in(60)) now_ms_ += below(3 * hour);  // nothing for hours
        if (random_.once_in(40)) now_ms_ -= below(5 * minute);
        if (random_.once_in(80)) now_ms_ -= below(5 * hour);
        std::vector<Sample> readings;
        for (int device = 0; device < 12; ++device) {
            if (random_.once_in(50)) gone_[device] = !gone_[device];
            if (gone_[device] || random_.once_in(20)) continue;
            poll(device, readings);
            if (random_.once_in(15)) poll(device, readings);  // twice in a call
        }
        if (random_.once_in(3)) shuffle(readings);
        return readings;
    }

private:
    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(random_.bits() % static_cast<std::uint64_t>(limit));
    }
    void shuffle(std::vector<Sample>& readings) {
        for (std::size_t i = readings.size(); i > 1; --i)
            std::swap(readings[i - 1], readings[random_.bits() % i]);
    }
    void poll(int device, std::vector<Sample>& readings) {
        const auto at_ms = now_ms_ - below(3000);
        const auto name = fmt::format("n{}", device);
        for (int sensor = 0; sensor < 5; ++sensor) {
            if (random_.once_in(200)) lacks_[device][sensor] = !lacks_[device][sensor];
            if (lacks_[device][sensor] || random_.once_in(30)) continue;
            const auto tenths = static_cast<double>(2000 + below(3000)) / 10;
            readings.push_back(sensor == 0 ? reading(at_ms, name, Quantity::power_watts, tenths)
                                           : reading(at_ms, name, Quantity::temperature_celsius,
                                                     tenths, fmt::format("T{}", sensor)));
        }
        if (random_.once_in(2))
            readings.push_back(reading(at_ms + 7, name, Quantity::energy_joules,
                                       static_cast<double>(joules_ += below(5000)), "", "dcmi"));
        if (random_.once_in(300)) joules_ = 0;
    }

    Random random_;
    std::int64_t now_ms_;
    std::int64_t joules_ = 1'000'000;
    bool gone_[12] = {};
    bool lacks_[12][5] = {};
};

void append(SampleStore& store, std::int64_t now_ms, std::span<const Sample> readings) {
    const auto done = store.append(from_unix_ms(now_ms), readings);
    REQUIRE_MESSAGE(done, done.error().text);
    REQUIRE_MESSAGE(store.trouble().empty(), store.trouble());
}

void check_sound(SampleStore& store) {
    for (const auto& what : store.take_damage()) FAIL_CHECK(what);
    const auto found = store.check();
    REQUIRE(found);
    for (const auto& what : found->damage) FAIL_CHECK(what);
}

}  // namespace

TEST_CASE("random histories come back, also after restarts at any moment") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        const Scratch scratch;
        Random random{seed};
        RandomHistory history{seed, midnight - hour};
        Truth truth;
        auto store = open_samples(scratch.path());
        for (int call = 0; call < 500; ++call) {
            const auto readings = history.next();
            append(*store, history.now_ms(), readings);
            add(truth, readings);
            if (random.once_in(60)) {
                store.reset();
                store = open_samples(scratch.path());
            }
            if (random.once_in(250)) REQUIRE(store->flush());
        }
        CHECK(difference(truth, read_raw(*store)) == "");
        store.reset();
        store = open_samples(scratch.path());
        CHECK(difference(truth, read_raw(*store)) == "");
        check_sound(*store);
        // Every value is in one cell of an hour, once.
        std::size_t in_cells = 0;
        for (const auto& [key, cells] : read_cells(*store, Resolution::hour))
            for (const auto& [begin, cell] : cells)
                in_cells += static_cast<std::size_t>(cell.samples);
        CHECK(in_cells == count(truth));
    }
}

TEST_CASE("a range gets what lies in it, to the millisecond, across days and from memory") {
    const Scratch scratch;
    Truth truth;
    auto store = open_samples(scratch.path());
    for (std::int64_t at = midnight - 3 * hour; at < midnight + 3 * hour; at += 30'000) {
        const std::vector readings{reading(at, "n1", Quantity::power_watts, 300),
                                   reading(at + 11, "n2", Quantity::power_watts, 200)};
        append(*store, at, readings);
        add(truth, readings);
    }
    CHECK(std::filesystem::exists(scratch.path() / "raw/20261120.db"));
    CHECK(std::filesystem::exists(scratch.path() / "raw/20261121.db"));
    Random random{5};
    for (int i = 0; i < 60; ++i) {
        const auto from =
            midnight - 4 * hour + static_cast<std::int64_t>(random.bits() % (8 * hour));
        const auto to = from + static_cast<std::int64_t>(random.bits() % (i % 2 ? 6 * hour : hour));
        Truth wanted;
        for (const auto& [key, values] : truth)
            for (const auto& [at, some] : values)
                if (at >= from && at < to) wanted[key][at] = some;
        CHECK(difference(wanted, read_raw(*store, from, to)) == "");
    }
}

TEST_CASE("a query chooses devices, quantities, parts, and can be cancelled") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    for (int i = 0; i < 100; ++i)
        append(*store, midnight + i * 10'000,
               std::vector{
                   reading(midnight + i * 10'000, "n1", Quantity::power_watts, 300),
                   reading(midnight + i * 10'000, "n1", Quantity::temperature_celsius, 20, "Inlet"),
                   reading(midnight + i * 10'000, "n1", Quantity::temperature_celsius, 60, "CPU"),
                   reading(midnight + i * 10'000, "n2", Quantity::power_watts, 200)});
    SampleQuery query{.devices = {"n1"}, .quantities = {Quantity::temperature_celsius}};
    query.part_names = {"CPU"};
    query.to = from_unix_ms(midnight + day);
    query.resolution = Resolution::raw;
    std::size_t polls = 0, blocks = 0;
    const auto take = [&](const PollBlock& block) {
        CHECK(block.stream.device == "n1");
        REQUIRE(block.sensors.size() == 1);
        CHECK(block.sensors[0]->part_name == "CPU");
        CHECK(block.value(0, 0) == 60);
        polls += block.places.size();
        ++blocks;
        return blocks < 2;
    };
    const auto done = store->read(query)->run({.polls = take});
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::cancelled);
    CHECK(polls > 60);
    CHECK(polls < 100);
    query.devices = {"n3"};
    CHECK(store->read(query)->run({.polls = take}));
    CHECK(blocks == 2);
}

TEST_CASE("what cannot be stored is left out, and the rest of the call is stored") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    const double none = std::numeric_limits<double>::quiet_NaN();
    const auto good = reading(midnight, "n1", Quantity::power_watts, 100);
    append(*store, midnight,
           std::vector{reading(midnight, "n1", Quantity::temperature_celsius, none, "T"), good,
                       reading(midnight, "n1", Quantity::energy_joules, 1e30),
                       reading(midnight - 30 * day, "n1", Quantity::power_watts, 1)});
    append(*store, midnight, {});
    Truth truth;
    add(truth, std::vector{good});
    CHECK(difference(truth, read_raw(*store)) == "");
}

TEST_CASE("one call may bring a device's values of one instant in pieces, and twice") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    const std::vector readings{reading(midnight, "n1", Quantity::power_watts, 100),
                               reading(midnight, "n2", Quantity::power_watts, 200),
                               reading(midnight, "n1", Quantity::temperature_celsius, 30, "T"),
                               reading(midnight, "n1", Quantity::power_watts, 101),
                               reading(midnight, "n1", Quantity::power_watts, 102)};
    Truth truth;
    for (int i = 0; i < 3; ++i) {
        append(*store, midnight, readings);
        add(truth, readings);
    }
    CHECK(difference(truth, read_raw(*store)) == "");
    store.reset();
    store = open_samples(scratch.path());
    CHECK(difference(truth, read_raw(*store)) == "");
}

TEST_CASE("the journal is kept short: what is in the other files is deleted from it") {
    const Scratch scratch;
    auto store = open_samples(scratch.path());
    for (std::int64_t at = midnight; at < midnight + 12 * hour; at += 10'000)
        append(*store, at,
               std::vector{reading(at, "n1", Quantity::power_watts, 300),
                           reading(at, "n2", Quantity::power_watts, 200)});
    store.reset();
    auto journal = Database::open_to_read(scratch.path() / "journal.db");
    REQUIRE(journal);
    auto rounds = journal->prepare("SELECT count(*) FROM round");
    REQUIRE(rounds);
    REQUIRE(rounds->step());
    CHECK(rounds->integer(0) <= 360 + 60 + 30);  // an hour, to the key round before, 5 minutes
    CHECK(rounds->integer(0) > 1);
    store = open_samples(scratch.path());
    CHECK(count(read_raw(*store)) == 2 * 12 * 360);
}
