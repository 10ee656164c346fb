#include "daemon/ledger/node_energy.h"

#include <doctest/doctest.h>

#include <cmath>

#include "daemon/ledger/energy_sheet.h"

using namespace frugald;

namespace {

constexpr std::int64_t noon = 1'800'014'400'000;

/// A series of one node: {seconds since noon, value}.
struct Given {
    const char* source = "dcmi";
    Quantity quantity = Quantity::power_watts;
    std::vector<std::pair<double, double>> readings{};
};

SeriesName name_of(const Given& given, std::string_view device = "n1") {
    return {DeviceKind::node, device, given.source, given.quantity, Part::total, {}};
}

void give(NodeEnergy& node, const Given& given) {
    std::vector<std::int64_t> at;
    std::vector<double> values;
    for (const auto& [second, value] : given.readings) {
        at.push_back(noon + static_cast<std::int64_t>(second * 1000));
        values.push_back(value);
    }
    node.take(SeriesSamples{name_of(given), at, values});
}

EnergySpan span(double from_s, double to_s) {
    return {noon + static_cast<std::int64_t>(from_s * 1000),
            noon + static_cast<std::int64_t>(to_s * 1000)};
}

EnergyFigure energy_of(const std::vector<Given>& all, double from_s, double to_s,
                       double factor = 1) {
    NodeEnergy node{factor};
    node.want(span(from_s, to_s));
    for (const auto& one : all) give(node, one);
    node.finish();
    return node.figure(0);
}

/// So many watts every 10 s.
Given steady(const char* source, double from_s, double to_s, double watts) {
    Given given{source};
    for (double at = from_s; at <= to_s; at += 10) given.readings.push_back({at, watts});
    return given;
}

/// A counter in J that is read every 29 or 31 s, in steps.
Given counter(double from_s, double to_s, double watts, double step) {
    Given given{"redfish", Quantity::energy_joules};
    for (double at = from_s, pause = 29; at <= to_s; at += pause, pause = 60 - pause)
        given.readings.push_back({at, std::floor(at * watts / step) * step + 1e6});
    return given;
}

}  // namespace

TEST_CASE("trapezoids between readings, cut at both ends to the millisecond") {
    struct Row {
        const char* says;
        Given given;
        double from, to;
        double joules, covered;
        unsigned gaps;
        double longest;
        double least, most;
    };
    const Row rows[] = {
        {"a ramp of 0 to 100 W",
         {.readings = {{0, 0}, {100, 100}}},
         0,
         100,
         5000,
         100,
         0,
         0,
         0,
         100},
        {"the middle of it", {.readings = {{0, 0}, {100, 100}}}, 25, 75, 2500, 50, 0, 0, 25, 75},
        {"a quarter of a second of it",
         {.readings = {{0, 0}, {100, 100}}},
         10,
         10.25,
         2.53125,
         0.25,
         0,
         0,
         10,
         10.25},
        {"it begins later",
         {.readings = {{40, 100}, {100, 100}}},
         0,
         100,
         6000,
         60,
         1,
         40,
         100,
         100},
        {"it ends sooner", {.readings = {{0, 100}, {60, 100}}}, 0, 100, 6000, 60, 1, 40, 100, 100},
        {"five minutes are no gap",
         {.readings = {{0, 100}, {300, 100}}},
         0,
         300,
         30000,
         300,
         0,
         0,
         100,
         100},
        {"a millisecond more is one, and no joule is made up for it",
         {.readings = {{0, 100}, {10, 100}, {310.001, 100}, {320, 100}}},
         0,
         320,
         1999.9,
         19.999,
         1,
         300.001,
         100,
         100},
        {"both readings outside",
         {.readings = {{-100, 100}, {150, 200}}},
         0,
         50,
         7500,
         50,
         0,
         0,
         140,
         160},
        {"what happened twice, since the clock was set back, is counted once",
         {.readings = {{0, 100}, {20, 100}, {10, 100}, {30, 100}}},
         0,
         30,
         3000,
         30,
         0,
         0,
         100,
         100},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto figure = energy_of({row.given}, row.from, row.to);
        REQUIRE(figure.energy);
        CHECK(figure.energy->value == doctest::Approx(row.joules));
        CHECK(figure.covered.count() == doctest::Approx(row.covered));
        CHECK(figure.length.count() == doctest::Approx(row.to - row.from));
        CHECK(figure.gaps == row.gaps);
        CHECK(figure.longest_gap.count() == doctest::Approx(row.longest));
        CHECK(figure.least->value == doctest::Approx(row.least));
        CHECK(figure.most->value == doctest::Approx(row.most));
        CHECK(figure.mean->value == doctest::Approx(row.joules / row.covered));
    }
}

TEST_CASE("nothing measured is nothing, not 0 J") {
    const Given of_another_time = steady("dcmi", 5000, 6000, 100);
    const Given one_reading{.readings = {{50, 100}}};
    for (const auto& given : {Given{}, of_another_time, one_reading}) {
        const auto figure = energy_of({given}, 0, 100);
        CHECK_FALSE(figure.energy);
        CHECK_FALSE(figure.mean);
        CHECK(figure.gaps == 1);
        CHECK(figure.longest_gap.count() == 100);
    }
    const auto off = energy_of({steady("dcmi", 0, 100, 0)}, 0, 100);
    REQUIRE(off.energy);
    CHECK(off.energy->value == 0);
}

TEST_CASE("several sources are never counted twice: the best has its time, others the rest") {
    struct Row {
        const char* says;
        std::vector<Given> given;
        double joules, covered;
        unsigned gaps;
    };
    const Row rows[] = {
        {"two at once: the one with more cover",
         {steady("dcmi", 0, 1000, 100), steady("sdr", 0, 600, 900)},
         100e3,
         1000,
         0},
        {"one after the other: both, and the time between is a gap",
         {steady("dcmi", 0, 500, 100), steady("sdr", 510, 1000, 200)},
         50e3 + 98e3,
         990,
         1},
        {"the second fills only what the first does not know",
         {steady("dcmi", 0, 600, 100), steady("sdr", 400, 1000, 200)},
         60e3 + 80e3,
         1000,
         0},
        {"a hole in the better one",
         {steady("dcmi", 0, 100, 100), steady("dcmi", 500, 1000, 100), steady("sdr", 90, 520, 200)},
         10e3 + 80e3 + 50e3,
         1000,
         0},
        {"one that was contradicted is not used",
         {steady("dcmi", 0, 500, 100), steady("dcmi suspect", 500, 1000, 999)},
         50e3,
         500,
         1},
        {"a counter that covers as much as the watts wins",
         {steady("dcmi", 0, 1000, 100), counter(-60, 1080, 110, 1)},
         110e3,
         1000,
         0},
        {"not one that moves in steps of 0.1 kWh: they are too coarse for this time",
         {steady("dcmi", 0, 1000, 100), counter(-60, 1080, 110, 360e3)},
         100e3,
         1000,
         0},
        {"a counter that covers less fills holes",
         {steady("dcmi", 300, 1000, 100), counter(-60, 600, 110, 1)},
         70e3 + 33e3,
         1000,
         0},
        {"a counter that falls has begun anew: what it counted meanwhile is not known",
         {{"redfish",
           Quantity::energy_joules,
           {{0, 5e6}, {250, 5.0249e6}, {500, 1000}, {750, 26.1e3}, {1000, 51e3}}}},
         74.9e3,
         750,
         1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto figure = energy_of(row.given, 0, 1000);
        REQUIRE(figure.energy);
        CHECK(figure.energy->value == doctest::Approx(row.joules).epsilon(1e-4));
        CHECK(figure.covered.count() == doctest::Approx(row.covered));
        CHECK(figure.gaps == row.gaps);
    }
}

TEST_CASE("a calibrated source is multiplied, its counter too") {
    CHECK(energy_of({steady("dcmi", 0, 100, 100)}, 0, 100, 1.05).energy->value ==
          doctest::Approx(10500));
    CHECK(energy_of({steady("dcmi", 0, 100, 100)}, 0, 100, 1.05).most->value ==
          doctest::Approx(105));
    CHECK(energy_of({counter(0, 900, 100, 1)}, 0, 900, 1.05).energy->value ==
          doctest::Approx(94500));
}

TEST_CASE("several times of one node are counted in one pass, and make up the whole") {
    NodeEnergy node{1};
    node.want(span(0, 100));
    node.want(span(0, 33.3));
    node.want(span(33.3, 100));
    Given ramp{.readings = {}};
    for (int at = -10; at <= 110; at += 7) ramp.readings.push_back({at, 50.0 + at * at});
    give(node, ramp);
    node.finish();
    CHECK(node.figure(1).energy->value + node.figure(2).energy->value ==
          doctest::Approx(node.figure(0).energy->value));
    CHECK(node.sources() == std::vector<std::string>{"dcmi"});
}

namespace {

constexpr std::int64_t five_minutes = 300'000;

SeriesCell cell(std::int64_t number, double watts, double covered_s = 300) {
    return {.begin_ms = noon + number * five_minutes,
            .samples = 30,
            .covered_ms = static_cast<std::int64_t>(covered_s * 1000),
            .joules = watts * covered_s,
            .min = watts - 10,
            .mean = watts,
            .max = watts + 10};
}

}  // namespace

TEST_CASE("cells are added up; their parts are one, a missing one is a gap") {
    NodeEnergy node{2};
    node.want(span(0, 1800));
    const std::vector<SeriesCell> cells{cell(0, 100), cell(1, 100, 100), cell(1, 100, 200),
                                        cell(3, 50),  cell(4, 50, 150),  cell(5, 50)};
    node.take(SeriesCells{name_of({}), five_minutes, cells});
    node.finish();
    const auto figure = node.figure(0);
    CHECK(figure.energy->value == doctest::Approx(2 * (30e3 + 30e3 + 15e3 + 7.5e3 + 15e3)));
    CHECK(figure.covered.count() == 1350);
    CHECK(figure.gaps == 2);
    CHECK(figure.longest_gap.count() == 300);
    CHECK(figure.least->value == 80);
    CHECK(figure.most->value == 220);
}

TEST_CASE("cells of two sources: of each cell's time the one that covers more of it") {
    NodeEnergy node{1};
    node.want(span(0, 600));
    const std::vector<SeriesCell> first{cell(0, 100), cell(1, 100, 100)}, second{cell(1, 200)};
    const std::vector<SeriesCell> counted{cell(0, 999), cell(1, 999)};
    node.take(SeriesCells{name_of({"dcmi"}), five_minutes, first});
    node.take(SeriesCells{name_of({"sdr"}), five_minutes, second});
    node.settle_cells(noon + five_minutes);
    node.finish();
    CHECK(node.figure(0).energy->value == doctest::Approx(30e3 + 60e3));
    CHECK(node.figure(0).covered.count() == 600);
    node.take(SeriesCells{name_of({"dcmi"}), five_minutes, counted});
    node.finish();
    CHECK(node.figure(0).energy->value == doctest::Approx(30e3 + 60e3));
}

TEST_CASE("a sheet takes rows of many hours as they come, and the newest ones at the end") {
    EnergySheet sheet;
    const std::vector<std::string> names{"n1", "n2"};
    constexpr int cells = 60 * 6;
    for (const auto& name : names)
        sheet.node(name, 1).want(span(0, static_cast<double>(cells) * 300));
    const auto give_row = [&](const std::string& name, int begin, int end) {
        std::vector<SeriesCell> row;
        for (int i = begin; i < end; ++i) row.push_back(cell(i, 100));
        sheet.take(SeriesCells{name_of({}, name), five_minutes, row});
    };
    // noon is the beginning of no row: whoever reads does not know where rows end
    for (int row = 0; row < 4; ++row)
        for (const auto& name : names) give_row(name, row * 60, row * 60 + 60);
    for (const auto& name : names) {
        give_row(name, 240, 300);
        give_row(name, 300, 360);
    }
    sheet.finish(names);
    for (const auto& name : names) {
        CAPTURE(name);
        const auto figure = sheet.node(name, 1).figure(0);
        CHECK(figure.energy->value == doctest::Approx(cells * 30e3));
        CHECK(figure.gaps == 0);
    }
}
