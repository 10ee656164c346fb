#include "daemon/core/window.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

using namespace frugald;
using namespace std::chrono_literals;

namespace {

/// The process's time zone, for as long as it lives.
class Zone {
public:
    explicit Zone(const char* name) {
        setenv("TZ", name, 1);
        tzset();
    }
    ~Zone() {
        unsetenv("TZ");
        tzset();
    }
};

WallTime utc(int year, int month, int day, int hour, int minute) {
    std::tm at{};
    at.tm_year = year - 1900;
    at.tm_mon = month - 1;
    at.tm_mday = day;
    at.tm_hour = hour;
    at.tm_min = minute;
    return from_unix_ms(std::int64_t{timegm(&at)} * 1000);
}

constexpr unsigned every_day = 0x7f, monday = 1u << 1;

}  // namespace

TEST_CASE("a window is open from its begin to before its end") {
    const Zone zone{"UTC"};
    const TimeWindow day{"day", every_day, 8h, 20h};
    CHECK_FALSE(day.covers(utc(2026, 11, 23, 7, 59)));
    CHECK(day.covers(utc(2026, 11, 23, 8, 0)));
    CHECK(day.covers(utc(2026, 11, 23, 19, 59)));
    CHECK_FALSE(day.covers(utc(2026, 11, 23, 20, 0)));
    const TimeWindow always{"always", every_day, 0h, 24h};
    CHECK(always.covers(utc(2026, 11, 23, 23, 59)));
}

TEST_CASE("over midnight it belongs to the day it began on") {
    const Zone zone{"UTC"};
    const TimeWindow night{"monday night", monday, 20h, 6h};
    CHECK(night.covers(utc(2026, 11, 23, 20, 0)));  // a Monday
    CHECK(night.covers(utc(2026, 11, 24, 5, 59)));  // Tuesday morning
    CHECK_FALSE(night.covers(utc(2026, 11, 24, 6, 0)));
    CHECK_FALSE(night.covers(utc(2026, 11, 24, 20, 0)));  // Tuesday evening
    CHECK_FALSE(night.covers(utc(2026, 11, 23, 5, 0)));   // Sunday's night
}

TEST_CASE("T2: summer time ends and begins") {
    const Zone zone{"Europe/Paris"};
    const TimeWindow early{"early", every_day, 2h, 3h};
    struct Row {
        const char* says;
        WallTime at;
        bool open;
    };
    const Row rows[] = {
        // 2026-10-25: at 01:00 UTC the clock goes back from 03:00 to 02:00.
        {"before the repeated hour", utc(2026, 10, 24, 23, 59), false},
        {"its first pass", utc(2026, 10, 25, 0, 30), true},
        {"its second pass", utc(2026, 10, 25, 1, 30), true},
        {"after it", utc(2026, 10, 25, 2, 0), false},
        // 2026-03-29: at 01:00 UTC the clock goes from 02:00 to 03:00.
        {"before the hour that is missing", utc(2026, 3, 29, 0, 59), false},
        {"after it", utc(2026, 3, 29, 1, 0), false},
        {"the day before", utc(2026, 3, 28, 1, 30), true},
        {"the day after", utc(2026, 3, 30, 0, 30), true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        CHECK(early.covers(row.at) == row.open);
    }
}

TEST_CASE("of several windows one that is open is enough; other actions are not bound") {
    const Zone zone{"UTC"};
    const std::vector<TimeWindow> windows{{"morning", every_day, 6h, 8h},
                                          {"evening", every_day, 18h, 20h}};
    CHECK(closed_window(windows, ActionClass::off, utc(2026, 11, 23, 19, 0)).empty());
    CHECK(closed_window(windows, ActionClass::off, utc(2026, 11, 23, 12, 0)) ==
          "outside of the window morning, evening");
    CHECK(closed_window(windows, ActionClass::cap, utc(2026, 11, 23, 12, 0)).empty());
    CHECK(closed_window({}, ActionClass::off, utc(2026, 11, 23, 12, 0)).empty());
}
