#include "plugins/command/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/core/edit_distance.h"
#include "daemon/core/printable.h"
#include "plugins/command/time_text.h"

namespace frugald::command {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::string_view schema = "frugald-source/1";
constexpr std::size_t most_readings = 10'000, longest_name = 64;
constexpr auto longest_ahead = 5min;  // clocks differ

struct KnownQuantity {
    Quantity quantity;
    const char* unit;  // what "unit" may say; readings are in base units
};
constexpr std::array quantities{KnownQuantity{Quantity::power_watts, "W"},
                                KnownQuantity{Quantity::current_amperes, "A"},
                                KnownQuantity{Quantity::voltage_volts, "V"},
                                KnownQuantity{Quantity::energy_joules, "J"},
                                KnownQuantity{Quantity::temperature_celsius, "C"},
                                KnownQuantity{Quantity::fan_speed_rpm, "rpm"},
                                KnownQuantity{Quantity::power_factor, "1"},
                                KnownQuantity{Quantity::cap_watts, "W"}};
constexpr std::array parts{Part::total,  Part::line, Part::branch,
                           Part::outlet, Part::psu,  Part::sensor};

tl::unexpected<Error> garbage(const std::string& why) {
    return fail(Fault::unparsable, "what it printed is not understood: " + why);
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& words) {
    const auto near = nearest_word(wrong, words);
    return near.empty() ? fmt::format("; known are {}", fmt::join(words, ", "))
                        : fmt::format("; did you mean '{}'?", near);
}

Result<void> only_known(const Json& object, const std::vector<std::string>& keys) {
    for (const auto& [key, value] : object.items())
        if (std::ranges::find(keys, key) == keys.end())
            return garbage(
                fmt::format("unknown key '{}'{}", printable(key, 60), did_you_mean(key, keys)));
    return {};
}

/// The text under `key`; empty when there is none. Fails when it is something else.
Result<std::string> text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::string{};
    if (!found->is_string()) return garbage(fmt::format("'{}' is no text", key));
    return found->get<std::string>();
}

Result<KnownQuantity> quantity_of(const std::string& word) {
    std::vector<std::string> known;
    for (const auto& one : quantities) {
        if (word == to_string(one.quantity)) return one;
        known.emplace_back(to_string(one.quantity));
    }
    return garbage(
        fmt::format("unknown quantity '{}'{}", printable(word, 60), did_you_mean(word, known)));
}

Result<Part> part_of(const std::string& word) {
    if (word.empty()) return Part::total;
    std::vector<std::string> known;
    for (const auto part : parts) {
        if (word == to_string(part)) return part;
        known.emplace_back(to_string(part));
    }
    return garbage(
        fmt::format("unknown part '{}'{}", printable(word, 60), did_you_mean(word, known)));
}

Result<void> check_name(const std::string& name, Part part) {
    if ((part == Part::total) != name.empty())
        return garbage(part == Part::total ? "a total has no name"
                                           : fmt::format("a {} needs a name", to_string(part)));
    if (name.size() > longest_name || printable(name, longest_name) != name)
        return garbage(fmt::format("'{}' is no name: at most {} printable ASCII characters",
                                   printable(name, 80), longest_name));
    return {};
}

Result<void> check_unit(const std::string& unit, const KnownQuantity& quantity) {
    if (unit.empty() || unit == quantity.unit) return {};
    return garbage(fmt::format("{} is in {}, not in '{}'", to_string(quantity.quantity),
                               quantity.unit, printable(unit, 20)));
}

/// Nothing where the value is null: not measured just now.
Result<std::optional<NamedReading>> reading_of(const Json& entry) {
    if (!entry.is_object()) return garbage("a reading is no object");
    const auto known = only_known(entry, {"quantity", "part", "name", "value", "unit"});
    if (!known) return tl::unexpected{known.error()};
    NamedReading reading;
    const auto quantity = text_of(entry, "quantity").and_then(quantity_of);
    if (!quantity) return tl::unexpected{quantity.error()};
    reading.quantity = quantity->quantity;
    const auto part = text_of(entry, "part").and_then(part_of);
    if (!part) return tl::unexpected{part.error()};
    reading.part = *part;
    auto name = text_of(entry, "name");
    if (!name) return tl::unexpected{name.error()};
    reading.name = *std::move(name);
    if (auto good = check_name(reading.name, *part); !good) return tl::unexpected{good.error()};
    const auto unit = text_of(entry, "unit").and_then([&](const auto& word) {
        return check_unit(word, *quantity);
    });
    if (!unit) return tl::unexpected{unit.error()};
    const auto value = entry.find("value");
    if (value == entry.end()) return garbage("a reading has no 'value'; null is for not measured");
    if (value->is_null()) return std::nullopt;
    if (!value->is_number()) return garbage("a 'value' is no number");
    reading.value = value->get<double>();
    if (!std::isfinite(reading.value)) return garbage("a 'value' is not finite");
    return reading;
}

Result<std::optional<WallTime>> time_of(const Json& root, WallTime now) {
    const auto text = text_of(root, "at");
    if (!text) return tl::unexpected{text.error()};
    if (text->empty()) return std::nullopt;
    const auto at = parse_time(*text);
    if (!at)
        return garbage(
            fmt::format("'{}' is no time like 2026-11-21T07:46:56Z", printable(*text, 40)));
    if (*at > now + longest_ahead)
        return garbage(fmt::format("its time, {}, is in the future", printable(*text, 40)));
    return at;
}

Result<void> check_head(const Json& root) {
    if (!root.is_object()) return garbage("it is no JSON object");
    const auto word = text_of(root, "schema");
    if (!word) return tl::unexpected{word.error()};
    if (*word != schema)
        return garbage(fmt::format("'schema' is '{}', not '{}'", printable(*word, 40), schema));
    return only_known(root, {"schema", "readings", "at"});
}

}  // namespace

Result<Document> read_document(std::string_view text, WallTime now) {
    const auto root = Json::parse(text, nullptr, false);
    if (root.is_discarded())
        return garbage(fmt::format("it is no JSON: '{}'", printable(text, 60)));
    if (auto good = check_head(root); !good) return tl::unexpected{good.error()};
    Document document;
    const auto at = time_of(root, now);
    if (!at) return tl::unexpected{at.error()};
    document.at = *at;
    const auto entries = root.find("readings");
    if (entries == root.end() || !entries->is_array()) return garbage("'readings' is no list");
    if (entries->size() > most_readings)
        return garbage(fmt::format("more than {} readings", most_readings));
    std::set<std::tuple<Quantity, Part, std::string>> seen;
    for (const auto& entry : *entries) {
        auto reading = reading_of(entry);
        if (!reading) return tl::unexpected{reading.error()};
        if (!*reading) continue;
        auto& one = **reading;
        if (!seen.emplace(one.quantity, one.part, one.name).second)
            return garbage(fmt::format("{} of {} {} is there twice", to_string(one.quantity),
                                       to_string(one.part), one.name));
        document.readings.push_back(std::move(one));
    }
    return document;
}

}  // namespace frugald::command
