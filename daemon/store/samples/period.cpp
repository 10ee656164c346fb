#include "daemon/store/samples/period.h"

#include <fmt/format.h>

#include <chrono>

namespace frugald::samples {

using namespace std::chrono;

namespace {

sys_days day_of(std::int64_t at_ms) {
    return floor<days>(sys_time<milliseconds>{milliseconds{at_ms}});
}

std::int64_t ms_of(year_month_day date) {
    return duration_cast<milliseconds>(sys_days{date}.time_since_epoch()).count();
}

/// The number written in `text`, all of it; nothing if it is none.
std::optional<int> number(std::string_view text) {
    if (text.empty()) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::string date_of(std::int64_t at_ms, Period period) {
    const year_month_day date{day_of(at_ms)};
    const int y = static_cast<int>(date.year());
    const unsigned m = static_cast<unsigned>(date.month()), d = static_cast<unsigned>(date.day());
    switch (period) {
        case Period::day:
            return fmt::format("{:04}{:02}{:02}", y, m, d);
        case Period::month:
            return fmt::format("{:04}{:02}", y, m);
        case Period::year:
            break;
    }
    return fmt::format("{:04}", y);
}

std::optional<Span> span_of_date(std::string_view date, Period period) {
    const std::size_t length = period == Period::day ? 8 : period == Period::month ? 6 : 4;
    const auto digits = number(date);
    if (date.size() != length || !digits) return std::nullopt;
    const int parts = period == Period::day     ? *digits
                      : period == Period::month ? *digits * 100 + 1
                                                : *digits * 10000 + 101;
    const year_month_day first{year{parts / 10000}, month{static_cast<unsigned>(parts / 100 % 100)},
                               day{static_cast<unsigned>(parts % 100)}};
    if (!first.ok()) return std::nullopt;
    const year_month_day after = period == Period::day ? year_month_day{sys_days{first} + days{1}}
                                 : period == Period::month ? first + months{1}
                                                           : first + years{1};
    return Span{ms_of(first), ms_of(after)};
}

}  // namespace frugald::samples
