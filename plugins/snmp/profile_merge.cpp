#include "plugins/snmp/profile_merge.h"

#include <algorithm>

namespace frugald::snmp {

namespace {

using Array = SettingsValue::Array;
using SubTable = std::shared_ptr<Settings>;

const Settings* as_table(const SettingsValue& value) {
    const auto* table = std::get_if<SubTable>(&value.value);
    return table ? table->get() : nullptr;
}

std::string text_of(const Settings& table, std::string_view key) {
    const auto* entry = table.find(key);
    const auto* text = entry ? std::get_if<std::string>(&entry->value.value) : nullptr;
    return text ? *text : "";
}

std::string id_of(const Settings& table) {
    const auto id = text_of(table, "id");
    return id.empty() ? text_of(table, "part") : id;
}

void remove(Settings& table, std::string_view key) {
    std::erase_if(table.entries, [&](const Settings::Entry& entry) { return entry.key == key; });
}

void replace(Settings& table, const Settings::Entry& entry) {
    remove(table, entry.key);
    table.entries.push_back(entry);
}

bool is_true(const Settings& table, std::string_view key) {
    const auto* entry = table.find(key);
    const auto* flag = entry ? std::get_if<bool>(&entry->value.value) : nullptr;
    return flag && *flag;
}

/// The keys in `without` are gone afterwards, and the list with them.
void leave_out(Settings& table) {
    const auto* without = table.find("without");
    const auto* keys = without ? std::get_if<Array>(&without->value.value) : nullptr;
    if (!keys) return;  // of another type: the profile's reader complains
    for (const Array copy{*keys}; const auto& key : copy)
        if (const auto* text = std::get_if<std::string>(&key.value)) remove(table, *text);
    remove(table, "without");
}

Settings overlay(const Settings& parent, const Settings& child) {
    Settings merged = parent;
    merged.place = child.place;
    for (const auto& entry : child.entries) replace(merged, entry);
    return merged;
}

void merge_table(Array& tables, const SettingsValue& value) {
    const auto* child = as_table(value);
    const auto same = std::ranges::find_if(tables, [&](const SettingsValue& other) {
        const auto* table = as_table(other);
        return child && table && id_of(*table) == id_of(*child);
    });
    if (same == tables.end()) {
        tables.push_back(value);
        return;
    }
    if (is_true(*child, "drop")) {
        tables.erase(same);
        return;
    }
    auto merged = overlay(*as_table(*same), *child);
    leave_out(merged);
    same->value = std::make_shared<Settings>(std::move(merged));
}

void merge_tables(Settings& merged, const Settings::Entry& entry) {
    const auto* own = std::get_if<Array>(&entry.value.value);
    const auto* inherited = merged.find(entry.key);
    const auto* base = inherited ? std::get_if<Array>(&inherited->value.value) : nullptr;
    if (!own || !base) return replace(merged, entry);
    auto result = entry;
    Array tables = *base;
    for (const auto& value : *own) merge_table(tables, value);
    result.value.value = std::move(tables);
    replace(merged, result);
}

void merge_part(Settings& merged, const Settings::Entry& entry) {
    const auto* inherited = merged.find(entry.key);
    const auto* parent = inherited ? as_table(inherited->value) : nullptr;
    const auto* child = as_table(entry.value);
    if (!parent || !child) return replace(merged, entry);
    auto result = entry;
    result.value.value = std::make_shared<Settings>(overlay(*parent, *child));
    replace(merged, result);
}

}  // namespace

Settings merge_profiles(const Settings& parent, const Settings& child) {
    Settings merged = parent;
    merged.place = child.place;
    for (const char* own : {"match", "summary", "extends"}) remove(merged, own);
    for (const auto& entry : child.entries) {
        if (entry.key == "table")
            merge_tables(merged, entry);
        else if (entry.key == "snmp" || entry.key == "left_out")
            merge_part(merged, entry);
        else
            replace(merged, entry);
    }
    return merged;
}

}  // namespace frugald::snmp
