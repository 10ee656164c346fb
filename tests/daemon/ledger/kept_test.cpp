#include <doctest/doctest.h>

#include <algorithm>

#include "daemon/store/store.h"
#include "tests/daemon/ledger/site.h"
#include "tests/daemon/store/store_fixture.h"

using namespace frugald;
using namespace std::chrono_literals;
using test::Site;
using test::utc;
using test::Zone;

namespace {

PueSettings settings() {
    PueSettings all;
    all.facility = {"main"};
    all.it = {"ups"};
    return all;
}

/// frugald on a real store, that can die. What it has written until then is written at its end.
struct Run {
    explicit Run(const std::filesystem::path& directory) : store(open_store(directory)) {
        const auto kept = store->all(Pue::space);
        REQUIRE(kept);
        pue.load(*kept);
    }
    ~Run() {
        const auto work = [&]() -> Result<void> {
            for (const auto& [key, value] : written) {
                auto done =
                    value ? store->put(Pue::space, key, *value) : store->erase(Pue::space, key);
                if (!done) return done;
            }
            return {};
        };
        CHECK(store->together(work));
    }
    void take(const Snapshot& now) {
        pue.take(now);
        write(pue.unsaved(now.at.steady));
    }
    /// As SIGTERM does; without it, it is as kill -9.
    void stop(const Snapshot& now) { write(pue.unsaved(now.at.steady, true)); }

    std::unique_ptr<Store> store;
    Pue pue{settings()};

private:
    void write(const std::vector<LedgerEntry>& entries) {
        for (const auto& [key, value] : entries) written[key] = value;
    }
    std::map<std::string, std::optional<std::string>> written;
};

struct Rig {
    Rig() {
        site.step = 30s;
        site.meters["main"].watts = test::facility_load;
        site.meters["ups"].watts = test::it_load;
        for (auto& [name, meter] : site.meters) meter.noise = 0;
    }
    void run(Run& run, WallTime until) {
        site.run(until, [&run](const Snapshot& now) { run.take(now); });
    }
    double truth() { return site.meters["main"].true_joules / site.meters["ups"].true_joules; }

    Zone zone{"UTC"};
    const WallTime begin = utc(2026, 11, 10, 0, 0);
    Scratch scratch;
    Site site{begin - 10min};
};

}  // namespace

TEST_CASE("a day with a restart, a kill -9 and a silent minute is whole by its counters") {
    Rig rig;
    {
        Run first{rig.scratch.path()};
        rig.run(first, rig.begin);
        rig.site.reset_truth();
        rig.run(first, rig.begin + 9h);
        first.stop(rig.site.now);
    }
    rig.site.run(rig.begin + 9h + 20min);  // nobody looks
    {
        Run killed{rig.scratch.path()};
        rig.run(killed, rig.begin + 15h + 17min);
    }
    Run last{rig.scratch.path()};
    rig.run(last, rig.begin + 24h);
    const double truth = rig.truth();
    const double it = rig.site.meters["ups"].true_joules;
    rig.run(last, rig.begin + 24h + 5min);
    const auto* const day = last.pue.picture()->find("2026-11-10");
    REQUIRE(day != nullptr);
    CHECK(day->coverage > 0.999);
    CHECK(*day->value == doctest::Approx(truth).epsilon(0.001));
    CHECK(day->it.value == doctest::Approx(it).epsilon(0.001));
}

TEST_CASE("without counters a kill -9 costs the time down and at most a minute or so before") {
    Rig rig;
    for (auto& [name, meter] : rig.site.meters) meter.has_counter = false;
    double before = 0;
    {
        Run killed{rig.scratch.path()};
        rig.run(killed, rig.begin + 6h);
        before = killed.pue.picture()->day.covered.count();
    }
    Run next{rig.scratch.path()};
    rig.run(next, rig.begin + 6h + 30s);
    const double after = next.pue.picture()->day.covered.count();
    CHECK(after <= before);
    CHECK(after >= before - 90);
    rig.site.run(rig.begin + 7h);
    rig.run(next, rig.begin + 12h);
    const auto& day = next.pue.picture()->day;
    CHECK(day.covered.count() == doctest::Approx(11 * 3600).epsilon(0.01));
    CHECK(day.longest_gap.count() == doctest::Approx(3600).epsilon(0.03));
}

TEST_CASE("days are kept two years, months for good, and a year is its months") {
    const Zone zone{"UTC"};
    Books books;
    PueTally hour;
    hour.facility = 5e9;
    hour.it = 4e9;
    std::map<std::string, std::string> kept;
    const WallTime begin = utc(2023, 1, 1, 0, 0);
    for (int day = 0; day < 3 * 365 + 30; ++day) {
        const WallTime at = begin + day * 24h;
        hour.covered_s = 86400;
        books.count(at, at + 24h, hour);
        for (const auto& [key, value] : books.take_changes())
            if (value)
                kept[key] = *value;
            else
                kept.erase(key);
    }
    const auto starts = [&kept](const std::string& prefix) {
        return std::ranges::count_if(
            kept, [&](const auto& entry) { return entry.first.starts_with(prefix); });
    };
    CHECK(starts("day/") == 731);
    CHECK(starts("month/") == 37);
    Books next;
    for (const auto& [key, value] : kept) CHECK(next.load(key, value));
    const WallTime now = begin + (3 * 365 + 30) * 24h;
    const auto past = next.past(now);
    const auto year = std::ranges::find(*past, "2023", &PueFigure::period);
    REQUIRE(year != past->end());
    CHECK(*year->value == doctest::Approx(1.25));
    CHECK(year->coverage == doctest::Approx(1));
    CHECK(year->it.value == doctest::Approx(365 * 4e9));
}

TEST_CASE("entries that are no entries are left alone") {
    const Zone zone{"UTC"};
    Books books;
    const std::string good = PueTally{}.text();
    CHECK(books.load("day/2026-11-10", good));
    for (const auto& [key, value] :
         std::initializer_list<std::pair<std::string, std::string>>{{"day/2026-11", good},
                                                                    {"day/2026-02-30", good},
                                                                    {"month/2026-11-10", good},
                                                                    {"day/2026-11-10", "2 1 1 1"},
                                                                    {"day/2026-11-10", ""},
                                                                    {"until", "x"},
                                                                    {"until", ""}}) {
        CAPTURE(key);
        CHECK_FALSE(books.load(key, value));
    }
}
