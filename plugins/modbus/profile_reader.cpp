#include "plugins/modbus/profile_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/modbus/point_reader.h"

namespace frugald::modbus {

namespace {

NoValue read_no_value(SettingsReader& reader, NoValue otherwise) {
    if (!reader.has("no_value")) return otherwise;
    NoValue no_value;
    for (const auto& word : reader.texts("no_value")) {
        if (word == "8000")
            no_value.signed_lowest = true;
        else if (word == "7FFF")
            no_value.signed_highest = true;
        else if (word == "FFFF")
            no_value.unsigned_highest = true;
        else
            reader.mistake("no_value", fmt::format("'{}' is none of 8000, 7FFF, FFFF", word));
    }
    return no_value;
}

void read_shape(SettingsReader& reader, Shape& shape) {
    shape.most_registers = static_cast<unsigned>(
        reader.integer("most_registers", shape.most_registers, {.least = 4, .most = 125}));
    shape.most_gap = static_cast<unsigned>(
        reader.integer("most_gap", shape.most_gap, {.least = 0, .most = 100}));
    for (const auto* settings : reader.tables("hole")) {
        SettingsReader table{*settings};
        Hole hole;
        hole.first = static_cast<unsigned>(table.integer("first", 0, {.least = 0, .most = 65535}));
        hole.last =
            static_cast<unsigned>(table.integer("last", hole.first, {.least = 0, .most = 65535}));
        if (hole.last < hole.first) table.mistake("last", "'last' is before 'first'");
        shape.holes.push_back(hole);
        reader.adopt(table.finish());
    }
}

Map read_sunspec(SettingsReader& reader, const Profile& profile) {
    Map map;
    for (const auto model : reader.integers("models", {}, {.least = 1, .most = 65534}))
        map.models.push_back(static_cast<std::uint16_t>(model));
    if (map.models.empty()) reader.mistake("models", "'models' is missing here: SunSpec's numbers");
    read_points(reader, profile, map);
    return map;
}

bool in_hole(const Profile& profile, const Point& point) {
    const auto touches = [](const Hole& hole, unsigned first, std::size_t registers) {
        return first <= hole.last && first + registers > hole.first;
    };
    return std::ranges::any_of(profile.shape.holes, [&](const Hole& hole) {
        return touches(hole, point.address, registers_of(point.type)) ||
               (point.scale && touches(hole, *point.scale, 1));
    });
}

void check(SettingsReader& reader, const Profile& profile) {
    bool any = false;
    for (const auto& map : profile.maps)
        for (const auto& point : map.points) {
            any = true;
            if (map.models.empty() && in_hole(profile, point))
                reader.mistake("hole", fmt::format("register {} is in a hole", point.address));
        }
    if (!any)
        reader.mistake("summary",
                       "this profile measures nothing: it needs [total], [L1] ... or [[sunspec]]");
}

}  // namespace

std::string extended_profile(const Settings& file) {
    const auto* entry = file.find("extends");
    const auto* text = entry ? std::get_if<std::string>(&entry->value.value) : nullptr;
    return text ? *text : std::string{};
}

Result<Profile> read_profile(const Settings& file, std::string_view name, const Profile* base) {
    SettingsReader reader{file};
    Profile profile = base ? *base : Profile{};
    profile.name = name;
    static_cast<void>(reader.text("extends", ""));
    profile.summary = reader.text("summary", profile.summary);
    profile.function =
        static_cast<int>(reader.integer("function", profile.function, {.least = 3, .most = 4}));
    profile.order = order_of(reader.choice("order", to_string(profile.order), order_words()))
                        .value_or(profile.order);
    profile.no_value = read_no_value(reader, profile.no_value);
    read_shape(reader, profile.shape);
    if (reader.has("sunspec")) {
        profile.maps.clear();
        for (const auto* settings : reader.tables("sunspec")) {
            SettingsReader table{*settings};
            profile.maps.push_back(read_sunspec(table, profile));
            reader.adopt(table.finish());
        }
    } else if (!profile.sunspec()) {
        if (profile.maps.empty()) profile.maps.emplace_back();
        read_points(reader, profile, profile.maps.front());
    }
    check(reader, profile);
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return profile;
}

}  // namespace frugald::modbus
