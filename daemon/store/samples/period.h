#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frugald::samples {

constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

/// Rounds down, also before 1970.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0);
}

/// What one file holds, by UTC.
enum class Period { day, month, year };

struct Span {
    std::int64_t from_ms = 0, to_ms = 0;  // to_ms: not included
};

/// "20261121", "202611" or "2026".
std::string date_of(std::int64_t at_ms, Period period);
/// What such a date means; nothing for any other text.
std::optional<Span> span_of_date(std::string_view date, Period period);

}  // namespace frugald::samples
