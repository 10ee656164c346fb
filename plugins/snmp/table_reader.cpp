#include "plugins/snmp/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugins/snmp/column_reader.h"

namespace frugald::snmp {

namespace {

constexpr std::array parts{std::pair{"total", Part::total}, std::pair{"line", Part::line},
                           std::pair{"branch", Part::branch}, std::pair{"outlet", Part::outlet}};

std::optional<Level> read_level(std::string_view word) {
    if (word == "*") return Level{};
    if (word == "+") return Level{.kind = Level::Kind::positive};
    if (word == "**") return Level{.kind = Level::Kind::rest};
    const auto number = parse_oid(word);
    if (!number || number->size() != 1 || word.front() == '.') return std::nullopt;
    return Level{.kind = Level::Kind::number, .number = number->front()};
}

/// "*.0": any number, then 0.
std::vector<Level> read_index(SettingsReader& reader) {
    const auto text = reader.text("index", "*");
    std::vector<Level> index;
    std::size_t at = 0;
    while (at <= text.size()) {
        const auto end = std::min(text.find('.', at), text.size());
        const auto level = read_level(std::string_view{text}.substr(at, end - at));
        const bool after_rest = !index.empty() && index.back().kind == Level::Kind::rest;
        if (!level || after_rest || index.size() == 16) {
            reader.mistake("index",
                           fmt::format("'{}' is no pattern of an index: *, + (positive) and "
                                       "numbers, with dots between, ** only as the last",
                                       text));
            return {Level{}};
        }
        index.push_back(*level);
        at = end + 1;
    }
    return index;
}

Naming read_naming(SettingsReader& table, const Oid& base) {
    Naming naming;
    naming.prefix = table.text("prefix", "");
    if (!table.has("name")) return naming;
    SettingsReader name{table.table("name")};
    naming.fixed = name.text("is", "");
    if (name.has("oid")) naming.column = read_oid(name, "oid", base);
    naming.level = static_cast<std::size_t>(name.integer("level", 0, {.least = 1, .most = 16}));
    naming.add = static_cast<std::uint32_t>(name.integer("add", 0, {.least = 0, .most = 1}));
    if (name.has("words")) {
        SettingsReader words{name.table("words")};
        for (const auto& entry : words.free_entries())
            naming.words[entry.key] = words.text(entry.key, "");
        name.adopt(words.finish());
    }
    table.adopt(name.finish());
    return naming;
}

std::optional<RowFilter> read_row_filter(SettingsReader& table, const Oid& base) {
    if (!table.has("rows")) return std::nullopt;
    SettingsReader rows{table.table("rows")};
    RowFilter filter;
    filter.oid = read_oid(rows, "oid", base);
    if (rows.has("only")) {
        const auto only = rows.choice("only", "positive", {"positive", "zero"});
        filter.kind = only == "zero" ? RowFilter::Kind::zero : RowFilter::Kind::positive;
    } else if (rows.has("are")) {
        filter.kind = RowFilter::Kind::numbers;
        filter.numbers = rows.integers("are", {}, {.least = -9e15, .most = 9e15});
    } else if (rows.has("match")) {
        filter.kind = RowFilter::Kind::text;
        filter.text = read_pattern(rows, "match");
    } else {
        rows.mistake("oid", "'rows' needs one of only, are and match");
    }
    table.adopt(rows.finish());
    return filter;
}

void check_picks(SettingsReader& reader, const Table& table) {
    const auto picked = [](const Column& column) { return column.picked_name.has_value(); };
    if (std::ranges::none_of(table.columns, picked)) return;
    if (!table.naming.column)
        reader.mistake("part", "'row' chooses by name: this table needs name = { oid = ... }");
    if (!std::ranges::all_of(table.columns, picked))
        reader.mistake("part", "'row' is for all columns of a table, or for none");
}

}  // namespace

Table read_table(SettingsReader& reader, const Oid& base) {
    Table table;
    const auto part = reader.choice("part", "", {"total", "line", "branch", "outlet"});
    for (const auto& [word, meaning] : parts)
        if (part == word) table.part = meaning;
    if (part.empty()) reader.mistake("part", "'part' is missing: total, line, branch or outlet");
    table.id = reader.text("id", part);
    table.index = read_index(reader);
    table.naming = read_naming(reader, base);
    table.rows = read_row_filter(reader, base);
    table.only_without = reader.text("only_without", "");
    table.columns = read_columns(reader, base);
    check_picks(reader, table);
    return table;
}

}  // namespace frugald::snmp
