#include "daemon/engine/reload.h"

#include <algorithm>

namespace frugald {

namespace {

using Table = std::shared_ptr<Settings>;

bool same_value(const SettingsValue& a, const SettingsValue& b) {
    if (a.value.index() != b.value.index()) return false;
    if (const auto* table = std::get_if<Table>(&a.value))
        return same_content(**table, **std::get_if<Table>(&b.value));
    if (const auto* array = std::get_if<SettingsValue::Array>(&a.value))
        return std::ranges::equal(*array, *std::get_if<SettingsValue::Array>(&b.value), same_value);
    if (const auto* text = std::get_if<std::string>(&a.value))
        return *text == *std::get_if<std::string>(&b.value);
    if (const auto* number = std::get_if<double>(&a.value))
        return *number == *std::get_if<double>(&b.value);
    if (const auto* integer = std::get_if<std::int64_t>(&a.value))
        return *integer == *std::get_if<std::int64_t>(&b.value);
    return *std::get_if<bool>(&a.value) == *std::get_if<bool>(&b.value);
}

}  // namespace

bool same_content(const Settings& a, const Settings& b) {
    const auto same = [](const Settings::Entry& one, const Settings::Entry& other) {
        return one.key == other.key && same_value(one.value, other.value);
    };
    return std::ranges::equal(a.entries, b.entries, same);
}

std::vector<std::shared_ptr<Module>> replaced(const std::vector<LoadedModule>& old,
                                              const std::vector<LoadedModule>& next) {
    std::vector<std::shared_ptr<Module>> gone;
    for (const auto& loaded : old) {
        const bool stays = std::ranges::any_of(
            next, [&loaded](const auto& other) { return other.module == loaded.module; });
        if (!stays) gone.push_back(loaded.module);
    }
    return gone;
}

}  // namespace frugald
