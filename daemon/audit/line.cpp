#include "daemon/audit/line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace frugald::audit {

namespace {

using Json = nlohmann::ordered_json;

std::int64_t steady_ms_of(const Instant& at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.steady.time_since_epoch())
        .count();
}

void put(Json& line, const std::string& name, const HistoryValue& value) {
    const auto* number = std::get_if<double>(&value);
    if (number && !std::isfinite(*number)) return;
    std::visit([&](const auto& plain) { line[name] = plain; }, value);
}

std::optional<HistoryValue> value_of(const Json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_float()) return json.get<double>();
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
        return json.get<double>();
    if (json.is_number()) return json.get<std::int64_t>();
    if (json.is_string()) return json.get<std::string>();
    if (!json.is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& part : json) {
        // Writers of histories may give job numbers as numbers.
        if (part.is_string())
            texts.push_back(part.get<std::string>());
        else if (part.is_number_integer())
            texts.push_back(part.dump());
    }
    return texts;
}

std::optional<std::int64_t> instant(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || !found->is_number_integer()) return std::nullopt;
    const auto value = value_of(*found);
    const auto* plain = std::get_if<std::int64_t>(&*value);
    // Differences of instants must not overflow.
    constexpr std::int64_t furthest = std::int64_t{1} << 60;
    if (!plain || *plain > furthest || *plain < -furthest) return std::nullopt;
    return *plain;
}

}  // namespace

std::string to_line(const HistoryEntry& entry) {
    Json line;
    line["wall_ms"] = to_unix_ms(entry.at.wall);
    line["steady_ms"] = steady_ms_of(entry.at);
    line["kind"] = entry.kind;
    if (!entry.node.empty()) line["node"] = entry.node;
    for (const auto& [name, value] : entry.fields) put(line, name, value);
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const HistoryValue* Record::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &decltype(fields)::value_type::first);
    return found == fields.end() ? nullptr : &found->second;
}

std::string Record::text(std::string_view name) const {
    const auto* value = field(name);
    const auto* plain = value ? std::get_if<std::string>(value) : nullptr;
    return plain ? *plain : std::string{};
}

std::optional<double> Record::number(std::string_view name) const {
    const auto* value = field(name);
    if (!value) return std::nullopt;
    if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
    if (const auto* plain = std::get_if<double>(value)) return *plain;
    return std::nullopt;
}

std::optional<std::int64_t> Record::integer(std::string_view name) const {
    const auto value = number(name);
    constexpr double furthest = 1e18;
    if (!value || !(std::abs(*value) <= furthest)) return std::nullopt;
    const auto* whole = std::get_if<std::int64_t>(field(name));
    return whole ? *whole : static_cast<std::int64_t>(*value);
}

bool Record::flag(std::string_view name) const {
    const auto* value = field(name);
    const auto* plain = value ? std::get_if<bool>(value) : nullptr;
    return plain && *plain;
}

std::vector<std::string> Record::list(std::string_view name) const {
    const auto* value = field(name);
    const auto* plain = value ? std::get_if<std::vector<std::string>>(value) : nullptr;
    return plain ? *plain : std::vector<std::string>{};
}

Result<Record> read_line(std::string_view text) {
    const auto line = Json::parse(text, nullptr, false);
    if (!line.is_object()) return fail(Fault::unparsable, "not a JSON object");
    const auto wall = instant(line, "wall_ms"), steady = instant(line, "steady_ms");
    const auto kind = line.find("kind");
    if (!wall || !steady || kind == line.end() || !kind->is_string())
        return fail(Fault::unparsable, "an entry needs wall_ms, steady_ms and kind");
    Record record{.line = 0, .wall_ms = *wall, .steady_ms = *steady, .at_ms = *steady};
    record.kind = kind->get<std::string>();
    for (const auto& [name, json] : line.items()) {
        if (name == "wall_ms" || name == "steady_ms" || name == "kind") continue;
        auto value = value_of(json);
        if (!value) continue;
        if (name == "node" && json.is_string())
            record.node = json.get<std::string>();
        else
            record.fields.emplace_back(name, std::move(*value));
    }
    return record;
}

}  // namespace frugald::audit
