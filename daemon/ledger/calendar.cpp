#include "daemon/ledger/calendar.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace frugald {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

year_month_day date_of(std::time_t at) {
    std::tm local{};
    localtime_r(&at, &local);
    return {year{local.tm_year + 1900}, month{static_cast<unsigned>(local.tm_mon + 1)},
            day{static_cast<unsigned>(local.tm_mday)}};
}

year_month_day date_of(WallTime at) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
    return date_of(static_cast<std::time_t>(whole.count()));
}

/// The first second of a date. It need not be 0 o'clock: in some zones summer time begins then.
WallTime begin_of(const year_month_day& date) {
    std::tm noon{};
    noon.tm_year = static_cast<int>(date.year()) - 1900;
    noon.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    noon.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
    noon.tm_hour = 12;
    noon.tm_isdst = -1;
    std::time_t inside = std::mktime(&noon);
    std::time_t before = inside - 15 * 3600;
    while (inside - before > 1) {
        const std::time_t middle = before + (inside - before) / 2;
        (date_of(middle) >= date ? inside : before) = middle;
    }
    return from_unix_ms(std::int64_t{inside} * 1000);
}

Period day_of(const year_month_day& date) {
    const year_month_day next{std::chrono::sys_days{date} + std::chrono::days{1}};
    return {fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())),
            begin_of(date), begin_of(next)};
}

Period month_of(const year_month_day& date) {
    const year_month_day first{date.year(), date.month(), day{1}};
    return {fmt::format("{:04}-{:02}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month())),
            begin_of(first), begin_of(first + std::chrono::months{1})};
}

Period year_of(const year_month_day& date) {
    const year_month_day first{date.year(), month{1}, day{1}};
    return {fmt::format("{:04}", static_cast<int>(date.year())), begin_of(first),
            begin_of(first + std::chrono::years{1})};
}

/// `text` as a whole number of so many digits.
std::optional<unsigned> number(std::string_view text, std::size_t digits) {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != digits || failed != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace

Period day_at(WallTime at) { return day_of(date_of(at)); }
Period month_at(WallTime at) { return month_of(date_of(at)); }
Period year_at(WallTime at) { return year_of(date_of(at)); }

std::optional<Period> period_named(const std::string& name) {
    const bool has_month = name.size() >= 7, has_day = name.size() == 10;
    if (name.size() != 4 && name.size() != 7 && !has_day) return std::nullopt;
    if ((has_month && name[4] != '-') || (has_day && name[7] != '-')) return std::nullopt;
    const auto y = number(name.substr(0, 4), 4);
    const auto m = has_month ? number(name.substr(5, 2), 2) : 1;
    const auto d = has_day ? number(name.substr(8, 2), 2) : 1;
    if (!y || !m || !d || *y < 1970) return std::nullopt;
    const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
    if (!date.ok()) return std::nullopt;
    return has_day ? day_of(date) : has_month ? month_of(date) : year_of(date);
}

}  // namespace frugald
