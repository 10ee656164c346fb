#include <fmt/format.h>

#include <unordered_set>

#include "daemon/core/nodeset.h"
#include "daemon/core/settings_mistakes.h"

namespace frugald {

namespace {

using Array = SettingsValue::Array;
constexpr std::size_t most_nodes = 65536;

}  // namespace

std::vector<std::string> SettingsReader::texts(std::string_view key) {
    std::vector<std::string> result;
    const auto* entry = ask(key);
    if (!entry) return result;
    if (!std::holds_alternative<Array>(entry->value.value)) {
        complain(entry->value.place, wrong_kind(key, "a list of texts", entry->value));
        return result;
    }
    for (const auto& element : std::get<Array>(entry->value.value)) {
        if (const auto* value = std::get_if<std::string>(&element.value))
            result.push_back(*value);
        else
            complain(element.place, wrong_kind(key, "a list of texts", element));
    }
    return result;
}

std::vector<std::int64_t> SettingsReader::integers(std::string_view key,
                                                   std::vector<std::int64_t> otherwise,
                                                   Bounds bounds) {
    const auto* entry = ask(key);
    if (!entry) return otherwise;
    const auto before = mistakes_.size();
    std::vector<std::int64_t> result;
    if (!std::holds_alternative<Array>(entry->value.value))
        complain(entry->value.place, wrong_kind(key, "a list of whole numbers", entry->value));
    else
        for (const auto& element : std::get<Array>(entry->value.value)) {
            const auto* value = std::get_if<std::int64_t>(&element.value);
            const auto number = value ? static_cast<double>(*value) : 0;
            if (!value)
                complain(element.place, wrong_kind(key, "a list of whole numbers", element));
            else if (number < bounds.least || number > bounds.most)
                complain(element.place, out_of_bounds(key, number, bounds));
            else
                result.push_back(*value);
        }
    return mistakes_.size() > before ? otherwise : result;
}

std::vector<std::string> SettingsReader::nodes(std::string_view key) {
    std::vector<std::string> result;
    const auto* entry = ask(key);
    if (!entry) return result;
    std::unordered_set<std::string> seen;
    const auto add = [&](const SettingsValue& element) {
        const auto* text = std::get_if<std::string>(&element.value);
        if (!text)
            return complain(element.place,
                            wrong_kind(key, "a nodeset or a list of nodesets", element));
        const auto names = expand_nodeset(*text);
        if (!names)
            return complain(element.place, fmt::format("'{}': {}", key, names.error().text));
        for (const auto& name : *names)
            if (seen.insert(name).second) result.push_back(name);
    };
    if (const auto* list = std::get_if<Array>(&entry->value.value))
        for (const auto& element : *list) add(element);
    else
        add(entry->value);
    if (result.size() > most_nodes)
        complain(entry->value.place, fmt::format("'{}': more than {} nodes", key, most_nodes));
    return result;
}

}  // namespace frugald
