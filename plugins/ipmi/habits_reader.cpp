#include "plugins/ipmi/habits_reader.h"

#include <algorithm>

namespace frugald::ipmi {
namespace {

template <class T>
std::vector<T> numbers(SettingsReader& reader, std::string_view key, std::vector<T> otherwise,
                       double most) {
    if (!reader.has(key)) return otherwise;
    std::vector<T> list;
    for (const std::int64_t number : reader.integers(key, {}, {0, most}))
        list.push_back(static_cast<T>(number));
    return list;
}

std::vector<std::string> parts(SettingsReader& reader, std::string_view key,
                               std::vector<std::string> otherwise) {
    if (!reader.has(key)) return otherwise;
    std::vector<std::string> list = reader.texts(key);
    for (std::string& text : list) {
        if (text.empty()) reader.mistake(key, "an empty name fits every sensor");
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    }
    return list;
}

std::optional<Watts> watts(SettingsReader& reader, std::string_view key) {
    if (!reader.has(key)) return std::nullopt;
    return Watts{reader.number(key, 0, {1, 65535})};
}

template <class Read>
void section(SettingsReader& file, std::string_view key, Read read) {
    SettingsReader reader{file.table(key)};
    read(reader);
    file.adopt(reader.finish());
}

void read_match(SettingsReader& reader, Habits& habits) {
    constexpr double most_manufacturer = (1 << 20) - 1, most_product = 65535;
    habits.manufacturer_ids =
        numbers<std::uint32_t>(reader, "manufacturer_id", {}, most_manufacturer);
    habits.product_ids = numbers<std::uint16_t>(reader, "product_id", {}, most_product);
    if (habits.manufacturer_ids.empty() && !habits.product_ids.empty())
        reader.mistake("product_id", "a product id says nothing without `manufacturer_id`");
}

void read_names(SettingsReader& reader, NameList& list) {
    list.wanted = parts(reader, "sensors", list.wanted);
    list.never = parts(reader, "never", list.never);
}

void read_dcmi(SettingsReader& reader, Habits& habits) {
    habits.dcmi_power = reader.boolean("power", habits.dcmi_power);
    habits.dcmi_retries =
        static_cast<unsigned>(reader.integer("retries", habits.dcmi_retries, {0, 5}));
    habits.dcmi_no_reading_watts =
        numbers<std::uint16_t>(reader, "no_reading_watts", habits.dcmi_no_reading_watts, 65535);
}

void read_limit(SettingsReader& reader, Habits& habits) {
    habits.dcmi_limit = reader.boolean("dcmi", habits.dcmi_limit);
    habits.least_limit = watts(reader, "least_watts");
    habits.most_limit = watts(reader, "most_watts");
    if (habits.least_limit && habits.most_limit && *habits.least_limit > *habits.most_limit)
        reader.mistake("least_watts", "it is above `most_watts`");
}

}  // namespace

Result<Habits> read_habits(const Settings& file, std::string_view name, const Habits& base) {
    SettingsReader reader{file};
    Habits habits = base;
    habits.name = name;
    habits.summary = reader.text("summary", "");
    if (reader.has("workarounds"))
        habits.workarounds = parse_workarounds(reader, reader.texts("workarounds"));
    section(reader, "match", [&habits](SettingsReader& match) { read_match(match, habits); });
    section(reader, "node_power",
            [&habits](SettingsReader& names) { read_names(names, habits.node_power); });
    section(reader, "supply_input",
            [&habits](SettingsReader& names) { read_names(names, habits.supply_input); });
    section(reader, "sensor_readings", [&habits](SettingsReader& readings) {
        habits.no_reading_bytes =
            numbers<std::uint8_t>(readings, "no_reading_bytes", habits.no_reading_bytes, 255);
    });
    section(reader, "dcmi", [&habits](SettingsReader& dcmi) { read_dcmi(dcmi, habits); });
    section(reader, "limit", [&habits](SettingsReader& limit) { read_limit(limit, habits); });
    if (auto finished = reader.finish(); !finished) return tl::unexpected(finished.error());
    return habits;
}

}  // namespace frugald::ipmi
