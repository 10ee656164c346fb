#include "plugins/snmp/rows.h"

#include <algorithm>
#include <set>

namespace frugald::snmp {

namespace {

/// What tells rows apart: the index and, for rows chosen by name, the name.
using Key = std::pair<Oid, std::string>;
using RowMap = std::map<Key, Row>;

bool fits(const std::vector<Level>& pattern, std::span<const std::uint32_t> index) {
    const bool open = pattern.back().kind == Level::Kind::rest;
    const auto fixed = pattern.size() - (open ? 1 : 0);
    if (open ? index.size() < fixed : index.size() != fixed) return false;
    for (std::size_t i = 0; i < fixed; ++i) {
        if (pattern[i].kind == Level::Kind::number && index[i] != pattern[i].number) return false;
        if (pattern[i].kind == Level::Kind::positive && index[i] == 0) return false;
    }
    return true;
}

bool passes(const RowFilter& filter, const Oid& index, const Walks& walks) {
    const auto* value = value_at(walks, filter.oid, index);
    const double number = value && value->kind == Value::Kind::number ? value->number : 0;
    switch (filter.kind) {
        case RowFilter::Kind::positive:
            return number > 0;
        case RowFilter::Kind::zero:
            return number <= 0;
        case RowFilter::Kind::numbers:
            return value && value->kind == Value::Kind::number &&
                   std::ranges::any_of(filter.numbers, [&](std::int64_t wanted) {
                       return number == static_cast<double>(wanted);
                   });
        case RowFilter::Kind::text:
            return value && filter.text && filter.text->found_in(value->text);
    }
    return false;
}

/// Names become labels of metrics and words on a terminal.
std::string printable(std::string text) {
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    return text;
}

std::string name_of(const Naming& naming, const Oid& index, const Walks& walks) {
    if (!naming.fixed.empty()) return naming.fixed;
    const auto level = std::min(naming.level == 0 ? index.size() : naming.level, index.size());
    const auto by_index =
        naming.prefix + std::to_string(level == 0 ? 0 : index[level - 1] + naming.add);
    const auto* value = naming.column ? value_at(walks, *naming.column, index) : nullptr;
    if (!value) return by_index;
    auto text = value->text;
    if (text.empty() && value->kind == Value::Kind::number)
        text = std::to_string(static_cast<std::int64_t>(value->number));
    if (const auto word = naming.words.find(text); word != naming.words.end()) return word->second;
    return text.empty() ? by_index : naming.prefix + printable(std::move(text));
}

void add_indexed(RowMap& rows, const Table& table, const Column& column, const Walks& walks) {
    const auto walk = walks.find(column.oid);
    if (walk == walks.end()) return;
    for (const auto& [oid, value] : walk->second) {
        const auto longest = column.oid.size() + column.suffix.size();
        if (value.kind == Value::Kind::absent || oid.size() <= longest) continue;
        if (!std::equal(column.suffix.rbegin(), column.suffix.rend(), oid.rbegin())) continue;
        const Oid index{oid.begin() + static_cast<std::ptrdiff_t>(column.oid.size()), oid.end()};
        const Oid row{index.begin(),
                      index.end() - static_cast<std::ptrdiff_t>(column.suffix.size())};
        if (!fits(table.index, row) || (table.rows && !passes(*table.rows, row, walks))) continue;
        auto& found = rows[{row, ""}];
        if (found.cells.empty()) found.name = name_of(table.naming, row, walks);
        found.cells.push_back({&column, index});
    }
}

/// Every name is a quantity of its own; the part of it that the pattern captures is the row.
void add_picked(RowMap& rows, const Table& table, const Column& column, const Walks& walks) {
    const auto walk = walks.find(*table.naming.column);
    if (walk == walks.end()) return;
    for (const auto& [oid, value] : walk->second) {
        const auto captured = column.picked_name->captured(value.text);
        const Oid index{oid.begin() + static_cast<std::ptrdiff_t>(table.naming.column->size()),
                        oid.end()};
        if (!captured || index.empty() || !fits(table.index, index)) continue;
        if (!value_at(walks, column.oid, index)) continue;
        if (table.rows && !passes(*table.rows, index, walks)) continue;
        auto& row = rows[{Oid{index.begin(), index.end() - 1}, printable(*captured)}];
        row.name = table.naming.prefix + printable(*captured);
        row.cells.push_back({&column, index});
    }
}

bool unique(const RowMap& rows) {
    std::set<std::string> names;
    for (const auto& [key, row] : rows) names.insert(row.name);
    return names.size() == rows.size();
}

/// Rows of linked units have the same names: what is before the last number of the index tells
/// them apart, or else all of the index.
void tell_apart(RowMap& rows, const Naming& naming) {
    const bool named = naming.column || !naming.fixed.empty();
    for (auto& [key, row] : rows) {
        const auto& [index, captured] = key;
        if (!captured.empty())
            row.name = to_text(index) + "." + row.name;
        else if (named && index.size() > 1)
            row.name = to_text(std::span{index}.first(index.size() - 1)) + "." + row.name;
    }
    if (unique(rows)) return;
    for (auto& [key, row] : rows) {
        const auto& [index, captured] = key;
        row.name = naming.prefix + to_text(index) + (captured.empty() ? "" : "." + captured);
    }
}

}  // namespace

const Value* value_at(const Walks& walks, const Oid& column, const Oid& index) {
    const auto walk = walks.find(column);
    if (walk == walks.end()) return nullptr;
    const auto wanted = join(column, index);
    const auto found = std::ranges::lower_bound(walk->second, wanted, {}, &Binding::oid);
    const bool there = found != walk->second.end() && found->oid == wanted &&
                       found->value.kind != Value::Kind::absent;
    return there ? &found->value : nullptr;
}

std::vector<Row> find_rows(const Table& table, const Walks& walks) {
    RowMap found;
    for (const auto& column : table.columns) {
        if (column.picked_name)
            add_picked(found, table, column, walks);
        else
            add_indexed(found, table, column, walks);
    }
    if (!unique(found)) tell_apart(found, table.naming);
    std::vector<Row> rows;
    for (auto& [key, row] : found) rows.push_back(std::move(row));
    return rows;
}

}  // namespace frugald::snmp
