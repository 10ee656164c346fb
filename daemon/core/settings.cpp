#include "daemon/core/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/edit_distance.h"
#include "daemon/core/printable.h"
#include "daemon/core/settings_mistakes.h"

namespace frugald {

namespace {

using Array = SettingsValue::Array;
using Table = std::shared_ptr<Settings>;

std::string path_of(const Settings& table, std::string_view key) {
    return table.path.empty() ? std::string{key} : fmt::format("{}.{}", table.path, key);
}

bool is_table(const SettingsValue& value) {
    const auto* list = std::get_if<Array>(&value.value);
    return std::holds_alternative<Table>(value.value) ||
           (list && !list->empty() && std::holds_alternative<Table>(list->front().value));
}

}  // namespace

std::string to_string(const Place& place) {
    return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

const Settings::Entry* Settings::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &*found;
}

const Settings::Entry* SettingsReader::ask(std::string_view key) {
    auto path = path_of(table_, key);
    if (std::ranges::find(known_, path) == known_.end()) known_.push_back(std::move(path));
    return table_.find(key);
}

void SettingsReader::complain(const Place& place, std::string_view text) {
    mistakes_.push_back(fmt::format("{}: {}", to_string(place), text));
}

bool SettingsReader::has(std::string_view key) { return ask(key) != nullptr; }

void SettingsReader::mistake(std::string_view key, std::string_view text) {
    const auto* entry = table_.find(key);
    complain(entry ? entry->value.place : table_.place, fmt::format("'{}': {}", key, text));
}

void SettingsReader::adopt_table(SettingsReader& part) {
    adopt(part.finish());
    also_known(part.known());
}

void SettingsReader::also_known(const std::vector<std::string>& paths) {
    known_.insert(known_.end(), paths.begin(), paths.end());
}

void SettingsReader::adopt(const Result<void>& finished) {
    if (!finished) mistakes_.push_back(finished.error().text);
}

const Settings& SettingsReader::table(std::string_view key) {
    const auto* entry = ask(key);
    const auto* found = entry ? std::get_if<Table>(&entry->value.value) : nullptr;
    if (found) return **found;
    if (entry) complain(entry->value.place, wrong_kind(key, "a table", entry->value));
    auto& absent = absent_.emplace_back();
    absent.path = path_of(table_, key);
    absent.place = entry ? entry->place : table_.place;
    return absent;
}

std::vector<const Settings*> SettingsReader::tables(std::string_view key) {
    std::vector<const Settings*> result;
    const auto* entry = ask(key);
    if (!entry) return result;
    const auto wanted = fmt::format("written as [[{}]]", path_of(table_, key));
    const auto* list = std::get_if<Array>(&entry->value.value);
    if (!list) complain(entry->value.place, wrong_kind(key, wanted, entry->value));
    for (const auto& element : list ? *list : Array{}) {
        if (const auto* found = std::get_if<Table>(&element.value))
            result.push_back(found->get());
        else
            complain(element.place, wrong_kind(key, wanted, element));
    }
    return result;
}

const std::vector<Settings::Entry>& SettingsReader::free_entries() {
    free_ = true;
    return table_.entries;
}

Result<void> SettingsReader::finish() {
    const auto start = table_.path.empty() ? 0 : table_.path.size() + 1;
    std::vector<std::string> keys;
    for (const auto& path : known_) keys.push_back(path.substr(start));
    for (const auto& entry : table_.entries) {
        if (free_ || std::ranges::find(keys, entry.key) != keys.end()) continue;
        const auto meant = nearest_word(entry.key, keys);
        complain(entry.place,
                 fmt::format("unknown {} '{}'{}", is_table(entry.value) ? "table" : "key",
                             printable(entry.key, 60),
                             meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
    }
    if (mistakes_.empty()) return {};
    return fail(Fault::invalid, fmt::format("{}", fmt::join(mistakes_, "\n")));
}

}  // namespace frugald
