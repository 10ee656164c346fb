#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "daemon/core/printable.h"
#include "daemon/core/settings_mistakes.h"

namespace frugald {

bool SettingsReader::boolean(std::string_view key, bool otherwise) {
    const auto* entry = ask(key);
    if (!entry) return otherwise;
    if (const auto* value = std::get_if<bool>(&entry->value.value)) return *value;
    complain(entry->value.place, wrong_kind(key, "true or false", entry->value));
    return otherwise;
}

std::int64_t SettingsReader::integer(std::string_view key, std::int64_t otherwise, Bounds bounds) {
    const auto* entry = ask(key);
    if (!entry) return otherwise;
    const auto* value = std::get_if<std::int64_t>(&entry->value.value);
    if (!value) {
        complain(entry->value.place, wrong_kind(key, "a whole number", entry->value));
        return otherwise;
    }
    const auto number = static_cast<double>(*value);
    if (number >= bounds.least && number <= bounds.most) return *value;
    complain(entry->value.place, out_of_bounds(key, number, bounds));
    return otherwise;
}

double SettingsReader::number(std::string_view key, double otherwise, Bounds bounds) {
    const auto* entry = ask(key);
    if (!entry) return otherwise;
    const auto value = finite_number(entry->value);
    if (value && *value >= bounds.least && *value <= bounds.most) return *value;
    complain(entry->value.place, value ? out_of_bounds(key, *value, bounds)
                                       : wrong_kind(key, "a number", entry->value));
    return otherwise;
}

std::string SettingsReader::text(std::string_view key, std::string_view otherwise) {
    const auto* entry = ask(key);
    if (!entry) return std::string{otherwise};
    if (const auto* value = std::get_if<std::string>(&entry->value.value)) return *value;
    complain(entry->value.place, wrong_kind(key, "a text in quotes", entry->value));
    return std::string{otherwise};
}

std::string SettingsReader::required_text(std::string_view key) {
    const auto before = mistakes_.size();
    const auto* entry = ask(key);
    auto value = text(key, "");
    if (!value.empty() || mistakes_.size() > before) return value;
    if (entry)
        complain(entry->value.place, fmt::format("'{}' must not be empty", key));
    else
        complain(table_.place, fmt::format("'{}' is missing here", key));
    return value;
}

std::string SettingsReader::choice(std::string_view key, std::string_view otherwise,
                                   const std::vector<std::string_view>& allowed) {
    const auto before = mistakes_.size();
    auto value = text(key, otherwise);
    if (!has(key) || mistakes_.size() > before ||
        std::ranges::find(allowed, value) != allowed.end())
        return value;
    complain(table_.find(key)->value.place,
             fmt::format("'{}' is '{}', but must be one of: {}", key, printable(value, 60),
                         fmt::join(allowed, ", ")));
    return std::string{otherwise};
}

std::chrono::milliseconds SettingsReader::duration(std::string_view key,
                                                   std::chrono::milliseconds otherwise,
                                                   std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most) {
    const bool in_milliseconds = key.ends_with("_ms");
    assert(in_milliseconds || key.ends_with("_s"));
    const double unit = in_milliseconds ? 1 : 1000;
    const auto* entry = ask(key);
    if (!entry) return otherwise;
    const auto value = finite_number(entry->value);
    if (!value) {
        complain(entry->value.place, wrong_kind(key,
                                                in_milliseconds ? "a plain number of milliseconds"
                                                                : "a plain number of seconds",
                                                entry->value));
        return otherwise;
    }
    const Bounds bounds{static_cast<double>(least.count()) / unit,
                        static_cast<double>(most.count()) / unit};
    if (*value >= bounds.least && *value <= bounds.most)
        return std::chrono::milliseconds{std::llround(*value * unit)};
    complain(entry->value.place,
             out_of_bounds(key, *value, bounds) + (in_milliseconds ? " milliseconds" : " seconds"));
    return otherwise;
}

}  // namespace frugald
