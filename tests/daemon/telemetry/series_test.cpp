#include "daemon/telemetry/series.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_unix_ms(1'800'000'000'000);

/// A series of one node read every 10 s, and what became of each reading.
struct Rig {
    Series series;
    Circumstances where{.chassis = Chassis::on, .source = "dcmi"};
    WallTime now = start;
    std::map<WallTime, double> kept;
    std::map<std::string, unsigned> refused;
    std::size_t given = 0;
    unsigned epochs = 0;
    Quality quality = Quality::good;

    Rig& see(std::initializer_list<double> watts) {
        for (const double value : watts) {
            now += 10s;
            ++given;
            const Ruling ruling = series.judge({value, now}, where);
            for (const auto& sample : ruling.accepted) kept[sample.at] = sample.watts;
            for (const auto reason : ruling.refusals) ++refused[std::string{reason}];
            epochs += ruling.new_epoch;
            if (!ruling.accepted.empty()) quality = ruling.quality;
        }
        return *this;
    }
    Rig& idle(double watts, unsigned readings) {
        for (unsigned i = 0; i < readings; ++i) see({watts});
        return *this;
    }
    bool kept_all() const { return kept.size() == given; }
    double highest() const {
        double most = 0;
        for (const auto& [at, watts] : kept) most = std::max(most, watts);
        return most;
    }
};

Rig sdr() {
    Rig rig;
    rig.where.source = "sdr";
    rig.where.eight_bit = true;
    return rig;
}

}  // namespace

TEST_CASE("all ones of an 8-bit sensor are refused at any scale, a true 255 W is kept") {
    struct Row {
        const char* says;
        Rig rig;
        std::initializer_list<double> watts;
        unsigned refused;
    };
    const Row rows[] = {
        {"steps of 100 W: FFh is 25,550", sdr(), {250, 250, 25550, 250}, 1},
        {"FEh too", sdr(), {250, 350, 25450, 250}, 1},
        {"as the very first reading", sdr(), {25550, 250, 250}, 1},
        {"for hours", sdr(), {250, 25550, 25550, 25550, 25450, 25550, 250}, 5},
        {"steps of 10 W: 2,555, and one before it that differs little",
         sdr(),
         {2205, 2205, 2555, 2205},
         1},
        {"steps of 1 W: 255", sdr(), {90, 91, 93, 255, 92}, 1},
        {"255 W reached in steps", sdr(), {230, 231, 245, 255, 250, 255}, 0},
        {"255 W for ever, with nothing to compare", sdr(), {255, 255, 255}, 0},
        {"255 W of a sensor with steps of 5 W", sdr(), {90, 95, 105, 255, 245, 100}, 0},
        {"2,555 W reached and left in steps", sdr(), {2355, 2455, 2545, 2555, 2535}, 0},
        {"2,555 W of a 16-bit reading", Rig{}, {2205, 2555, 2205}, 0},
        {"2,550 W of a sum that goes beyond 8 bits", sdr(), {2600, 1700, 2550, 1700}, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Rig rig = row.rig;
        rig.see(row.watts);
        CHECK(rig.refused["sentinel"] == row.refused);
        CHECK(rig.refused["jump"] == 0);
        CHECK(rig.kept.size() == rig.given - row.refused);
    }
}

TEST_CASE("a step that one reading shows and the next does not is refused") {
    Rig rig;
    rig.see({310, 305, 3100, 300, 25, 310});
    CHECK(rig.refused["jump"] == 2);
    CHECK(rig.highest() == 310);
    CHECK(rig.kept.size() == 4);
}

TEST_CASE("a real boot loses no reading") {
    struct Row {
        const char* says;
        Chassis before, after;
        std::initializer_list<double> watts;
    };
    const Row rows[] = {
        {"8 W to 400 W to 900 W, the chassis seen on", Chassis::off, Chassis::on, {400, 900}},
        {"the chassis is on before the watts are", Chassis::off, Chassis::on, {8, 400, 900}},
        {"nobody knows the chassis", Chassis::unknown, Chassis::unknown, {400, 900, 870}},
        {"off again", Chassis::on, Chassis::off, {8, 8}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Rig rig;
        rig.where.chassis = row.before;
        rig.idle(row.before == Chassis::on ? 450 : 8, 3);
        rig.now += 1h;
        rig.where.chassis = row.after;
        rig.see(row.watts);
        CHECK(rig.kept_all());
        CHECK(rig.quality == Quality::good);
        CHECK(rig.epochs == 0);
    }
}

TEST_CASE("a boot goes on behind a sensor that fails for a moment") {
    Rig rig = sdr();
    rig.where.chassis = Chassis::unknown;
    rig.see({50, 50, 450, 25550, 450});
    CHECK(rig.kept.size() == 4);
    CHECK(rig.refused["sentinel"] == 1);
}

TEST_CASE("a GPU node between idle and full load is believed at once") {
    Rig rig;
    rig.see({900, 6200, 900, 950, 6300, 6250, 910});
    CHECK(rig.kept_all());
    CHECK(rig.quality == Quality::good);
}

TEST_CASE("B9: a scale that becomes ten times larger is doubted and begins a new epoch") {
    Rig rig;
    rig.idle(300, 70);
    rig.see({3000, 2980});
    CHECK(rig.kept_all());
    CHECK(rig.epochs == 1);
    CHECK(rig.quality == Quality::suspect);
    SUBCASE("for an hour, then it is the truth that there is") {
        rig.idle(2990, 300);
        CHECK(rig.quality == Quality::suspect);
        rig.idle(2990, 80);
        CHECK(rig.quality == Quality::good);
    }
    SUBCASE("until it goes back: then it was a load, and the next time it is believed") {
        rig.see({305, 300});
        CHECK(rig.quality == Quality::good);
        rig.see({3010, 3000});
        CHECK(rig.quality == Quality::good);
    }
    SUBCASE("until an independent meter agrees") {
        rig.where.witness = 2900;
        rig.see({3000});
        CHECK(rig.quality == Quality::good);
    }
}

TEST_CASE("B9: a tenth is doubted too, also of a node that once was off") {
    Rig rig;
    rig.where.chassis = Chassis::off;
    rig.idle(8, 10);
    rig.where.chassis = Chassis::on;
    rig.idle(1500, 70);
    rig.see({150, 149});
    CHECK(rig.kept_all());
    CHECK(rig.quality == Quality::suspect);
}

TEST_CASE("B9: a step that the PDU does not show is doubted for as long as it does not") {
    Rig rig;
    rig.idle(300, 10);
    rig.where.witness = 310;
    rig.idle(4000, 1000);  // no power of ten, and soon after the start
    CHECK(rig.kept_all());
    CHECK(rig.quality == Quality::suspect);
    CHECK(rig.epochs == 1);
    rig.where.witness = 3600;
    rig.see({4000});
    CHECK(rig.quality == Quality::good);
}

TEST_CASE("B9: another source or another SDR begins a new epoch without a lost reading") {
    Rig rig;
    rig.see({300, 301});
    rig.where.source = "sdr";
    rig.see({296});
    rig.where.scale = 7;
    rig.see({310});
    CHECK(rig.epochs == 2);
    CHECK(rig.kept_all());
}
