#pragma once

#include <cstdlib>
#include <ctime>

#include "daemon/core/clock.h"

namespace frugald::test {

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

inline WallTime utc(int year, int month, int day, int hour, int minute) {
    std::tm at{};
    at.tm_year = year - 1900;
    at.tm_mon = month - 1;
    at.tm_mday = day;
    at.tm_hour = hour;
    at.tm_min = minute;
    return from_unix_ms(std::int64_t{timegm(&at)} * 1000);
}

}  // namespace frugald::test
