#include "daemon/core/times.h"

#include <charconv>

namespace frugald {

namespace {

/// The number in `text[from, from + size)`, which must be all digits.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t size) {
    int value = 0;
    if (text.size() < from + size || text[from] == '-') return std::nullopt;
    const char* const begin = text.data() + from;
    const auto [end, failed] = std::from_chars(begin, begin + size, value);
    if (failed != std::errc{} || end != begin + size) return std::nullopt;
    return value;
}

/// Z, or a point, up to three digits that count and more that do not, and Z.
std::optional<std::chrono::milliseconds> fraction(std::string_view rest) {
    if (rest == "Z") return std::chrono::milliseconds{0};
    if (rest.size() < 3 || rest.front() != '.' || rest.back() != 'Z') return std::nullopt;
    int value = 0;
    int scale = 100;
    for (const char c : rest.substr(1, rest.size() - 2)) {
        if (c < '0' || c > '9') return std::nullopt;
        value += (c - '0') * scale;
        scale /= 10;
    }
    return std::chrono::milliseconds{value};
}

}  // namespace

std::optional<WallTime> parse_iso8601(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() <= shape.size()) return std::nullopt;
    for (const std::size_t at : {4U, 7U, 10U, 13U, 16U})
        if (text[at] != shape[at]) return std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2),
               second = digits(text, 17, 2);
    const auto part = fraction(text.substr(shape.size()));
    if (!year || !month || !day || !hour || !minute || !second || !part) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + *part;
}

}  // namespace frugald
