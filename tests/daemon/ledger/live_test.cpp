#include <doctest/doctest.h>

#include "daemon/ledger/pue.h"
#include "tests/daemon/ledger/site.h"

using namespace frugald;
using namespace std::chrono_literals;
using test::Site;
using test::utc;
using test::Zone;

namespace {

/// A main meter and a PDU with steady power: 1.25.
struct Rig {
    explicit Rig(std::chrono::milliseconds window = 5min) {
        PueSettings settings;
        settings.facility = {"main"};
        settings.it = {"pdu"};
        settings.window = window;
        pue.configure(settings);
        site.meters["main"].watts = [this](WallTime) { return main_watts; };
        site.meters["pdu"] = {.kind = DeviceKind::pdu, .watts = [](WallTime) { return 20e3; }};
        for (auto& [name, meter] : site.meters) meter.noise = 0;
    }
    const PueFigure& after(std::chrono::milliseconds time) {
        site.run(site.now.at.wall + time, pue);
        return pue.picture()->live;
    }

    Zone zone{"UTC"};
    double main_watts = 25e3;
    Site site{utc(2026, 11, 10, 12, 0)};
    Pue pue{std::nullopt};
};

}  // namespace

TEST_CASE("live: the last five minutes, once they are measured") {
    Rig rig;
    CHECK(rig.after(1min).state == PueState::insufficient);
    CHECK(!rig.after(1min).value);
    CHECK(rig.after(1min).state == PueState::incomplete);
    const auto& live = rig.after(3min);
    CHECK(live.state == PueState::complete);
    CHECK(*live.value == doctest::Approx(1.25));
    CHECK(live.covered == Seconds{300});
    CHECK(rig.pue.picture()->category == "PUE2");
    rig.main_watts = 30e3;
    CHECK(*rig.after(10min).value == doctest::Approx(1.5));
}

TEST_CASE("live: a meter that answers once a minute is no gap") {
    Rig rig;
    rig.site.meters["pdu"].silent = true;
    rig.site.run(rig.site.now.at.wall + 20min, [&](const Snapshot& now) {
        rig.site.meters["pdu"].silent = (now.at.wall.time_since_epoch() / 10s) % 6 != 5;
        rig.pue.take(now);
    });
    const auto& live = rig.pue.picture()->live;
    CHECK(live.state == PueState::complete);
    CHECK(*live.value == doctest::Approx(1.25));
    CHECK(rig.site.now.at.wall - live.to <= 60s);
}

TEST_CASE("live: a silent source is named, and there is no old value in its place") {
    Rig rig;
    rig.after(10min);
    rig.site.meters["main"].silent = true;
    const auto& live = rig.after(11min);
    CHECK(!live.value);
    CHECK(live.note.find("main: no answer within 1 s") != std::string::npos);
    CHECK(rig.pue.picture()->sources.front().trouble == "no answer within 1 s");
    rig.site.meters["main"].silent = false;
    CHECK(rig.after(6min).state == PueState::complete);
}

TEST_CASE("a source that nobody has configured is named") {
    Rig rig;
    PueSettings settings;
    settings.facility = {"main", "typo"};
    settings.it = {"pdu"};
    rig.pue.configure(settings);
    const auto& live = rig.after(10min);
    CHECK(!live.value);
    CHECK(live.note.find("typo: no meter or PDU of this name is configured") != std::string::npos);
    settings.facility = {"main"};
    rig.pue.configure(settings);
    CHECK(*rig.after(10min).value == doctest::Approx(1.25));
}

TEST_CASE("a clock that is set back or forward does not count time twice or invent any") {
    for (const auto by : {-2h, 2h}) {
        CAPTURE(by.count());
        Rig rig;
        rig.after(60min);
        rig.site.now.at.wall += by;
        rig.after(60min);
        const auto& day = rig.pue.picture()->day;
        CHECK(day.covered.count() <= 7200);
        CHECK(day.covered.count() >= 7100);
        CHECK(day.it.value == doctest::Approx(day.covered.count() * 20e3).epsilon(0.001));
    }
}

TEST_CASE("the category and the accuracies may be said") {
    Rig rig;
    PueSettings settings;
    settings.facility = {"main"};
    settings.it = {"pdu"};
    settings.category = "PUE3";
    settings.accuracy_percent = {{"main", 0.5}, {"pdu", 2}};
    rig.pue.configure(settings);
    const auto& live = rig.after(10min);
    CHECK(rig.pue.picture()->category == "PUE3");
    CHECK(*live.uncertainty == doctest::Approx(1.25 * std::hypot(0.005, 0.02)));
}
