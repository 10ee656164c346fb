#include "plugins/snmp/profile_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugins/snmp/column_reader.h"
#include "plugins/snmp/table_reader.h"

namespace frugald::snmp {

namespace {

Match read_match(SettingsReader& profile, const Oid& base) {
    Match match;
    SettingsReader reader{profile.table("match")};
    match.object_ids = read_oids(reader, "sys_object_id", {});
    if (reader.has("sys_descr")) match.sys_descr = read_pattern(reader, "sys_descr");
    match.probes = read_oids(reader, "probe", base);
    profile.adopt(reader.finish());
    return match;
}

Limits read_limits(SettingsReader& profile) {
    Limits limits;
    SettingsReader reader{profile.table("snmp")};
    limits.max_oids =
        static_cast<std::size_t>(reader.integer("max_oids", 40, {.least = 1, .most = 120}));
    limits.bulk = reader.boolean("bulk", true);
    limits.max_repetitions =
        static_cast<int>(reader.integer("max_repetitions", 20, {.least = 1, .most = 100}));
    profile.adopt(reader.finish());
    return limits;
}

std::map<Oid, std::string> read_left_out(SettingsReader& profile, const Oid& base) {
    std::map<Oid, std::string> left_out;
    if (!profile.has("left_out")) return left_out;
    SettingsReader reader{profile.table("left_out")};
    for (const auto& entry : reader.free_entries()) {
        const auto oid = parse_oid(entry.key);
        if (oid)
            left_out[entry.key.starts_with('.') ? *oid : join(base, *oid)] =
                reader.required_text(entry.key);
        else
            reader.mistake(entry.key,
                           fmt::format("'{}' is not an OID: numbers and dots", entry.key));
    }
    profile.adopt(reader.finish());
    return left_out;
}

std::vector<LeftOutName> read_left_out_names(SettingsReader& profile) {
    std::vector<LeftOutName> names;
    for (const auto* settings : profile.tables("left_out_names")) {
        SettingsReader reader{*settings};
        auto pattern = read_pattern(reader, "match");
        auto reason = reader.required_text("why");
        if (pattern) names.push_back({*std::move(pattern), std::move(reason)});
        profile.adopt(reader.finish());
    }
    return names;
}

void check_references(SettingsReader& reader, const Profile& profile) {
    std::set<std::string> earlier;
    for (const auto& table : profile.tables) {
        if (!table.only_without.empty() && !earlier.contains(table.only_without))
            reader.mistake("table", fmt::format("only_without = \"{}\" names no table before it",
                                                table.only_without));
        if (!earlier.insert(table.id).second)
            reader.mistake("table",
                           fmt::format("there are two tables with id '{}': give one of them "
                                       "another 'id'",
                                       table.id));
    }
    for (const auto& sum : profile.total_from)
        if (!earlier.contains(sum))
            reader.mistake("total_from",
                           fmt::format("'{}' is not the id of a table of this profile", sum));
}

}  // namespace

Result<Profile> read_profile(const Settings& file, std::string_view name) {
    SettingsReader reader{file};
    Profile profile;
    profile.name = name;
    profile.summary = reader.text("summary", "");
    reader.text("extends", "");
    const Oid base = reader.has("base") ? read_oid(reader, "base", {}) : Oid{};
    profile.match = read_match(reader, base);
    profile.limits = read_limits(reader);
    profile.total_from = reader.texts("total_from");
    profile.left_out = read_left_out(reader, base);
    profile.left_out_names = read_left_out_names(reader);
    for (const auto* settings : reader.tables("table")) {
        SettingsReader table{*settings};
        profile.tables.push_back(read_table(table, base));
        reader.adopt(table.finish());
    }
    if (profile.tables.empty()) reader.mistake("table", "a profile needs at least one [[table]]");
    check_references(reader, profile);
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return profile;
}

}  // namespace frugald::snmp
