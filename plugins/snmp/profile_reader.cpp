#include "plugins/snmp/profile_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugins/snmp/column_reader.h"

namespace frugald::snmp {

namespace {

constexpr std::array parts{std::pair{"total", Part::total}, std::pair{"line", Part::line},
                           std::pair{"branch", Part::branch}, std::pair{"outlet", Part::outlet}};

Naming read_naming(SettingsReader& table, const Oid& base) {
    Naming naming;
    naming.prefix = table.text("prefix", "");
    if (!table.has("name")) return naming;
    SettingsReader name{table.table("name")};
    naming.column = read_oid(name, "oid", base);
    SettingsReader words{name.table("words")};
    for (const auto& entry : words.free_entries())
        naming.words[entry.key] = words.text(entry.key, "");
    name.adopt(words.finish());
    table.adopt(name.finish());
    return naming;
}

std::optional<RowFilter> read_row_filter(SettingsReader& table, const Oid& base) {
    if (!table.has("rows")) return std::nullopt;
    SettingsReader rows{table.table("rows")};
    RowFilter filter;
    filter.oid = read_oid(rows, "oid", base);
    filter.positive = rows.choice("only", "positive", {"positive", "zero"}) == "positive";
    table.adopt(rows.finish());
    return filter;
}

Table read_table(SettingsReader& reader, const Oid& base) {
    Table table;
    const auto part = reader.choice("part", "", {"total", "line", "branch", "outlet"});
    for (const auto& [word, meaning] : parts)
        if (part == word) table.part = meaning;
    if (part.empty()) reader.mistake("part", "'part' is missing: total, line, branch or outlet");
    table.id = reader.text("id", part);
    table.index_length =
        static_cast<std::size_t>(reader.integer("index_length", 1, {.least = 1, .most = 16}));
    table.naming = read_naming(reader, base);
    table.rows = read_row_filter(reader, base);
    table.only_without = reader.text("only_without", "");
    table.columns = read_columns(reader, base);
    return table;
}

Match read_match(SettingsReader& profile) {
    Match match;
    SettingsReader reader{profile.table("match")};
    for (const auto& text : reader.texts("sys_object_id")) {
        if (auto oid = parse_oid(text))
            match.object_ids.push_back(*std::move(oid));
        else
            reader.mistake("sys_object_id", fmt::format("'{}' is not an OID", text));
    }
    if (reader.has("probe")) match.probe = read_oid(reader, "probe", {});
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

void check_references(SettingsReader& reader, const Profile& profile) {
    const auto& tables = profile.tables;
    for (auto table = tables.begin(); table != tables.end(); ++table)
        if (!table->only_without.empty() &&
            std::find_if(tables.begin(), table, [&](const Table& earlier) {
                return earlier.id == table->only_without;
            }) == table)
            reader.mistake("table", fmt::format("only_without = \"{}\" names no table before it",
                                                table->only_without));
    const auto& sum = profile.total_power_from;
    if (!sum.empty() && std::ranges::find(tables, sum, &Table::id) == tables.end())
        reader.mistake("total_power_from",
                       fmt::format("'{}' is not the id of a table of this profile", sum));
}

}  // namespace

Result<Profile> read_profile(const Settings& file, std::string_view name) {
    SettingsReader reader{file};
    Profile profile;
    profile.name = name;
    profile.summary = reader.text("summary", "");
    const Oid base = reader.has("base") ? read_oid(reader, "base", {}) : Oid{};
    profile.match = read_match(reader);
    profile.limits = read_limits(reader);
    profile.total_power_from = reader.text("total_power_from", "");
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
