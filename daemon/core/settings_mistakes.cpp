#include "daemon/core/settings_mistakes.h"

#include <fmt/format.h>

#include <cmath>

namespace frugald {

std::string wrong_kind(std::string_view key, std::string_view wanted, const SettingsValue& got) {
    constexpr const char* kinds[] = {"true or false", "a whole number", "a fraction",
                                     "a text",        "a list",         "a table"};
    const auto* fraction = std::get_if<double>(&got.value);
    const bool endless = fraction && !std::isfinite(*fraction);
    return fmt::format("'{}' must be {}, not {}", key, wanted,
                       endless ? "inf or nan" : kinds[got.value.index()]);
}

std::string out_of_bounds(std::string_view key, double value, Bounds allowed) {
    if (allowed.most >= Bounds{}.most)
        return fmt::format("'{}' is {}, but must be at least {}", key, value, allowed.least);
    return fmt::format("'{}' is {}, but must be between {} and {}", key, value, allowed.least,
                       allowed.most);
}

std::optional<double> finite_number(const SettingsValue& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value.value))
        return static_cast<double>(*whole);
    const auto* fraction = std::get_if<double>(&value.value);
    if (!fraction || !std::isfinite(*fraction)) return std::nullopt;
    return *fraction;
}

}  // namespace frugald
