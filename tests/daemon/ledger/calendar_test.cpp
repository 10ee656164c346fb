#include "daemon/ledger/calendar.h"

#include <doctest/doctest.h>

#include "tests/daemon/ledger/zone.h"

using namespace frugald;
using namespace std::chrono_literals;
using test::utc;
using test::Zone;

TEST_CASE("T2: a day has 24 hours, 23 when summer time begins and 25 when it ends") {
    const Zone zone{"Europe/Paris"};
    struct Row {
        const char* says;
        WallTime at;
        const char* name;
        std::chrono::hours length;
    };
    const Row rows[] = {
        {"winter", utc(2026, 1, 14, 23, 0), "2026-01-15", 24h},
        {"a second before midnight", utc(2026, 1, 15, 22, 59), "2026-01-15", 24h},
        {"summer time begins", utc(2026, 3, 29, 12, 0), "2026-03-29", 23h},
        {"summer", utc(2026, 7, 14, 22, 0), "2026-07-15", 24h},
        {"summer time ends", utc(2026, 10, 25, 0, 30), "2026-10-25", 25h},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const Period day = day_at(row.at);
        CHECK(day.name == row.name);
        CHECK(day.contains(row.at));
        CHECK(day.end - day.begin == row.length);
        CHECK(day_at(day.end).begin == day.end);
    }
}

TEST_CASE("where summer time begins at midnight the day begins at one o'clock") {
    const Zone zone{"Asia/Beirut"};
    const Period day = day_at(utc(2026, 3, 29, 12, 0));
    CHECK(day.name == "2026-03-29");
    CHECK(day.begin == utc(2026, 3, 28, 22, 0));
    CHECK(day.end - day.begin == 23h);
}

TEST_CASE("months and years are whole") {
    const Zone zone{"Europe/Paris"};
    const Period month = month_at(utc(2026, 10, 31, 22, 59));
    CHECK(month.name == "2026-10");
    CHECK(month.end - month.begin == 31 * 24h + 1h);
    const Period year = year_at(utc(2026, 12, 31, 23, 0));
    CHECK(year.name == "2027");
    CHECK(year.end - year.begin == 365 * 24h);
}

TEST_CASE("periods are known by their names, and by nothing else") {
    const Zone zone{"Europe/Paris"};
    for (const char* const name : {"2026-11-21", "2026-11", "2026", "2024-02-29"}) {
        CAPTURE(name);
        const auto period = period_named(name);
        REQUIRE(period);
        CHECK(period->name == name);
    }
    for (const char* const name : {"", "26", "2026-13", "2026-02-30", "2026/11", "2026-11-2",
                                   "2026-1121", "yesterday", "-026", "2026-+1"})
        CHECK_MESSAGE(!period_named(name), name);
}
