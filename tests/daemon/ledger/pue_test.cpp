#include "daemon/ledger/pue.h"

#include <doctest/doctest.h>

#include "tests/daemon/ledger/site.h"

using namespace frugald;
using namespace std::chrono_literals;
using test::Site;
using test::utc;
using test::Zone;

namespace {

PueSettings main_over(std::vector<std::string> it) {
    PueSettings settings;
    settings.facility = {"main"};
    settings.it = std::move(it);
    return settings;
}

/// A site with a main meter and a UPS meter, some minutes before the 10th of November begins.
struct Rig {
    explicit Rig(const char* zone = "UTC", PueSettings settings = main_over({"ups"}))
        : zone_(zone), pue(settings) {
        site.meters["main"].watts = test::facility_load;
        site.meters["ups"].watts = test::it_load;
    }
    /// Through 2026-11-10, which truth is of; `during` is told every picture of it first.
    template <class During>
    const PueFigure& day(During during) {
        site.run(begin, pue);
        site.reset_truth();
        site.run(begin + 24h, [&](const Snapshot& now) {
            during(now.at.wall - begin);
            pue.take(now);
        });
        truth = site.meters["main"].true_joules / site.meters["ups"].true_joules;
        const auto known = site;
        site.run(begin + 24h + 10min, pue);
        site = known;
        const auto* const figure = pue.picture()->find("2026-11-10");
        REQUIRE(figure != nullptr);
        return *figure;
    }
    const PueFigure& day() {
        return day([](auto) {});
    }

    Zone zone_;
    Pue pue;
    const WallTime begin = utc(2026, 11, 10, 0, 0);
    Site site{begin - 10min};
    double truth = 0;
};

bool within(double value, double truth, double share) {
    CAPTURE(value);
    CAPTURE(truth);
    return std::abs(value - truth) <= share * truth;
}

bool between(auto since, auto from, auto to) { return since >= from && since < to; }

}  // namespace

TEST_CASE("a day with counters agrees with the truth") {
    Rig rig;
    const auto& day = rig.day();
    CHECK(day.state == PueState::complete);
    CHECK(day.coverage == doctest::Approx(1));
    CHECK(within(*day.value, rig.truth, 0.001));
    CHECK(within(day.facility.value, rig.site.meters["main"].true_joules, 0.001));
    CHECK(within(day.it.value, rig.site.meters["ups"].true_joules, 0.001));
    // Two meters of 1 % each, of their own errors.
    CHECK(*day.uncertainty == doctest::Approx(*day.value * std::hypot(0.01, 0.01)));
    CHECK(rig.pue.picture()->category == "PUE1");
}

TEST_CASE("a day of noisy power readings without counters agrees within 0.5 %") {
    Rig rig;
    for (auto& [name, meter] : rig.site.meters) meter.has_counter = false;
    rig.site.meters["ups"].noise = 0.05;
    const auto& day = rig.day();
    CHECK(day.state == PueState::complete);
    CHECK(within(*day.value, rig.truth, 0.005));
    CHECK(within(day.it.value, rig.site.meters["ups"].true_joules, 0.005));
}

TEST_CASE("B10: a meter silent for an hour is bridged by its counter") {
    Rig rig;
    const auto& day =
        rig.day([&](auto since) { rig.site.meters["main"].silent = between(since, 7h, 8h); });
    CHECK(day.coverage == doctest::Approx(1));
    CHECK(within(*day.value, rig.truth, 0.001));
}

TEST_CASE("B10: without a counter the hour is a gap of both sides") {
    Rig rig;
    rig.site.meters["main"].has_counter = false;
    double main_joules = 0, ups_joules = 0;
    const auto& day = rig.day([&](auto since) {
        const bool silent = between(since, 7h, 8h);
        rig.site.meters["main"].silent = silent;
        if (silent) return;
        main_joules += test::facility_load(rig.site.now.at.wall) * 10;
        ups_joules += test::it_load(rig.site.now.at.wall) * 10;
    });
    CHECK(day.coverage == doctest::Approx(23.0 / 24).epsilon(0.001));
    CHECK(day.longest_gap.count() == doctest::Approx(3600).epsilon(0.02));
    CHECK(day.state == PueState::complete);
    CHECK(within(*day.value, main_joules / ups_joules, 0.005));
    CHECK(within(day.it.value, ups_joules, 0.005));
}

TEST_CASE("B10: a counter that is reset, or jumps, is no energy") {
    struct Row {
        const char* says;
        double counter;
    };
    const Row rows[] = {{"reset", 0}, {"another meter in its place", 9e12}};
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Rig rig;
        const auto& day = rig.day([&](auto since) {
            if (since == 13h) rig.site.meters["main"].counter = row.counter;
        });
        CHECK(day.counter_resets == 1);
        CHECK(within(*day.value, rig.truth, 0.001));
        CHECK(day.covered.count() < 86400);
        CHECK(day.covered.count() > 86300);
    }
}

TEST_CASE("a counter in steps of 10 kWh is as good over a day") {
    Rig rig;
    rig.site.meters["main"].counts_in = 36e6;
    const auto& day = rig.day();
    CHECK(day.counter_resets == 0);
    CHECK(within(day.facility.value, rig.site.meters["main"].true_joules, 0.02));
    CHECK(within(*rig.pue.picture()->live.value,
                 test::facility_load(rig.site.now.at.wall) / test::it_load(rig.site.now.at.wall),
                 0.02));  // the live figure is of power
}

TEST_CASE("a counter that contradicts the power of its device is not used, and is named") {
    struct Row {
        const char* says;
        double scale;
    };
    const Row rows[] = {{"kWh taken for Wh", 0.001}, {"stands still", 0}, {"phases twice", 6}};
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Rig rig;
        rig.site.meters["ups"].counter_scale = row.scale;
        rig.site.run(rig.begin - 1min, rig.pue);
        rig.site.run(rig.begin + 2h, rig.pue);
        const auto& source = rig.pue.picture()->sources.back();
        CHECK(source.how == "power");
        CHECK(source.trouble.find("its energy counter says") != std::string::npos);
        const double booked = rig.pue.picture()->day.it.value;
        rig.site.reset_truth();
        rig.site.run(rig.begin + 8h, rig.pue);
        CHECK(within(rig.pue.picture()->day.it.value - booked, rig.site.meters["ups"].true_joules,
                     0.005));
    }
}

TEST_CASE("a counter that is read less often than the power does not contradict it") {
    Rig rig;
    rig.site.meters["ups"].counter_every = 61;
    const auto& day = rig.day();
    CHECK(rig.pue.picture()->sources.back().how == "counter");
    CHECK(rig.pue.picture()->sources.back().trouble.empty());
    CHECK(within(*day.value, rig.truth, 0.001));
}

TEST_CASE("a counter that is gone for good gives way to the power") {
    Rig rig;
    const auto& day = rig.day([&](auto since) { rig.site.meters["ups"].has_counter = since < 4h; });
    CHECK(day.covered.count() == doctest::Approx(21 * 3600).epsilon(0.01));
    CHECK(rig.pue.picture()->sources.back().how == "power");
    CHECK(day.longest_gap.count() == doctest::Approx(3 * 3600).epsilon(0.01));
}

TEST_CASE("little coverage is marked, less gives no value") {
    struct Row {
        const char* says;
        std::chrono::hours silent;
        PueState state;
    };
    const Row rows[] = {{"2 of 24 h", 2h, PueState::complete},
                        {"5 of 24 h", 5h, PueState::incomplete},
                        {"13 of 24 h", 13h, PueState::insufficient}};
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Rig rig;
        rig.site.step = 60s;
        rig.site.meters["ups"].has_counter = false;
        const auto& day = rig.day([&](auto since) {
            rig.site.meters["ups"].silent = between(since, 1h, 1h + row.silent);
        });
        CHECK(day.state == row.state);
        CHECK(day.value.has_value() == (row.state != PueState::insufficient));
        CHECK(day.note.empty() == (row.state == PueState::complete));
    }
}

TEST_CASE("a silence too long for a counter is a gap, and the day is still right") {
    Rig rig;
    const auto& day =
        rig.day([&](auto since) { rig.site.meters["main"].silent = between(since, 3h, 7h); });
    CHECK(day.coverage == doctest::Approx(20.0 / 24).epsilon(0.001));
    CHECK(day.state == PueState::incomplete);
    CHECK(day.longest_gap.count() == doctest::Approx(4 * 3600).epsilon(0.01));
}

TEST_CASE("T2: the day on which summer time ends has 25 hours of energy, the other 23") {
    struct Row {
        const char* name;
        WallTime begin;
        std::chrono::hours length;
    };
    const Row rows[] = {{"2026-10-25", utc(2026, 10, 24, 22, 0), 25h},
                        {"2026-03-29", utc(2026, 3, 28, 23, 0), 23h}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const Zone zone{"Europe/Paris"};
        Pue pue{main_over({"ups"})};
        Site site{row.begin - 10min};
        site.step = 60s;
        site.meters["main"].watts = [](WallTime) { return 13e3; };
        site.meters["ups"].watts = [](WallTime) { return 10e3; };
        site.run(row.begin + row.length + 10min, pue);
        const auto* const day = pue.picture()->find(row.name);
        REQUIRE(day != nullptr);
        const double hours = Seconds{row.length}.count() / 3600;
        CHECK(day->coverage == doctest::Approx(1));
        CHECK(day->covered == Seconds{row.length});
        CHECK(day->it.value == doctest::Approx(10e3 * 3600 * hours).epsilon(0.0001));
        CHECK(*day->value == doctest::Approx(1.3).epsilon(0.0001));
    }
}

TEST_CASE("tenants are subtracted, and their meter's error is added") {
    auto settings = main_over({"ups"});
    settings.subtract = {"tenant"};
    Rig rig{"UTC", settings};
    rig.site.meters["tenant"].watts = [](WallTime) { return 20e3; };
    rig.site.meters["main"].watts = [](WallTime at) { return test::facility_load(at) + 20e3; };
    const auto& day = rig.day();
    const double tenant = rig.site.meters["tenant"].true_joules;
    CHECK(within(day.subtracted.value, tenant, 0.001));
    CHECK(
        within(*day.value,
               (rig.site.meters["main"].true_joules - tenant) / rig.site.meters["ups"].true_joules,
               0.001));
    CHECK(*day.uncertainty > *day.value * std::hypot(0.01, 0.01));
}

TEST_CASE("below 1 is called impossible, with the likely cause, and not clamped") {
    Rig rig;
    rig.site.meters["main"].watts = [](WallTime at) { return 0.8 * test::it_load(at); };
    const auto& day = rig.day();
    CHECK(day.state == PueState::impossible);
    CHECK(*day.value == doctest::Approx(0.8).epsilon(0.001));
    CHECK(day.note.find("a meter is missing in facility") != std::string::npos);
}

TEST_CASE("the nodes as the IT side") {
    Rig rig{"UTC", main_over({PueSettings::nodes})};
    rig.site.nodes = 20;
    rig.site.node_watts = [](WallTime at) { return test::it_load(at) / 20; };
    SUBCASE("all measured: PUE3, 5 % of the BMCs") {
        const auto& day = rig.day();
        CHECK(rig.pue.picture()->category == "PUE3");
        CHECK(within(*day.value, rig.site.meters["main"].true_joules / rig.site.true_node_joules,
                     0.005));
        CHECK(*day.uncertainty == doctest::Approx(*day.value * std::hypot(0.01, 0.05)));
    }
    SUBCASE("one of them silent: its share is added to the uncertainty") {
        rig.site.silent_nodes = 1;
        const auto& day = rig.day();
        CHECK(*day.uncertainty == doctest::Approx(*day.value * std::hypot(0.01, 0.10)));
    }
    SUBCASE("three of them silent: no figure, and why") {
        rig.site.silent_nodes = 3;
        rig.site.run(rig.begin + 1h, rig.pue);
        const auto& now = *rig.pue.picture();
        CHECK(!now.day.value);
        CHECK(!now.live.value);
        CHECK(now.live.note.find("17 of 20 nodes are measured") != std::string::npos);
    }
    SUBCASE("nodes that are off draw next to nothing") {
        rig.site.dark_nodes = 5;
        const auto& day = rig.day();
        CHECK(day.state == PueState::complete);
        CHECK(within(*day.value, rig.site.meters["main"].true_joules / rig.site.true_node_joules,
                     0.005));
    }
}
