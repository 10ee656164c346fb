#include "daemon/config/merge.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald {

namespace {

using Array = SettingsValue::Array;
using Table = std::shared_ptr<Settings>;

/// Null unless all elements are tables; an empty list may become one.
Array* array_of_tables(SettingsValue& value) {
    auto* list = std::get_if<Array>(&value.value);
    const auto is_table = [](const SettingsValue& element) {
        return std::holds_alternative<Table>(element.value);
    };
    return list && std::ranges::all_of(*list, is_table) ? list : nullptr;
}

}  // namespace

void merge_settings(Settings& all, Settings more, std::vector<std::string>& mistakes) {
    for (auto& entry : more.entries) {
        const auto known = std::ranges::find(all.entries, entry.key, &Settings::Entry::key);
        if (known == all.entries.end()) {
            all.entries.push_back(std::move(entry));
            continue;
        }
        auto* old_table = std::get_if<Table>(&known->value.value);
        auto* new_table = std::get_if<Table>(&entry.value.value);
        auto* old_list = array_of_tables(known->value);
        auto* new_list = array_of_tables(entry.value);
        if (old_table && new_table)
            merge_settings(**old_table, std::move(**new_table), mistakes);
        else if (old_list && new_list && !(old_list->empty() && new_list->empty()))
            std::ranges::move(*new_list, std::back_inserter(*old_list));
        else
            mistakes.push_back(fmt::format("{}: '{}' is already set at {}; keep one of them",
                                           to_string(entry.place), entry.key,
                                           to_string(known->place)));
    }
}

}  // namespace frugald
