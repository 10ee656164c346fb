#include "plugins/snmp/rows.h"

#include <algorithm>
#include <set>

namespace frugald::snmp {

namespace {

std::set<Oid> indexes(const Table& table, const Walks& walks) {
    std::set<Oid> found;
    for (const auto& column : table.columns) {
        const auto walk = walks.find(column.oid);
        if (walk == walks.end()) continue;
        const std::size_t length = table.index_length + column.suffix.size();
        for (const auto& [oid, value] : walk->second) {
            if (value.kind != Value::Kind::number || oid.size() != column.oid.size() + length)
                continue;
            if (!std::equal(column.suffix.rbegin(), column.suffix.rend(), oid.rbegin())) continue;
            const auto first = oid.begin() + static_cast<std::ptrdiff_t>(column.oid.size());
            found.emplace(first, first + static_cast<std::ptrdiff_t>(table.index_length));
        }
    }
    return found;
}

bool passes(const RowFilter& filter, const Oid& index, const Walks& walks) {
    const auto* value = value_at(walks, filter.oid, index);
    return (value && value->number > 0) == filter.positive;
}

std::string name_of(const Naming& naming, const Oid& index, const Walks& walks) {
    const auto by_index = naming.prefix + to_text(std::span{index}.last(1));
    const auto* value = naming.column ? value_at(walks, *naming.column, index) : nullptr;
    if (!value) return by_index;
    auto text = value->text;
    if (text.empty() && value->kind == Value::Kind::number)
        text = std::to_string(static_cast<std::int64_t>(value->number));
    if (const auto word = naming.words.find(text); word != naming.words.end()) return word->second;
    return text.empty() ? by_index : naming.prefix + text;
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

Rows find_rows(const Table& table, const Walks& walks) {
    Rows rows;
    std::set<std::string> names;
    bool unique = true;
    for (const auto& index : indexes(table, walks)) {
        if (table.rows && !passes(*table.rows, index, walks)) continue;
        auto name = name_of(table.naming, index, walks);
        unique = names.insert(name).second && unique;
        rows.emplace(index, std::move(name));
    }
    if (!unique)
        for (auto& [index, name] : rows) name = table.naming.prefix + to_text(index);
    return rows;
}

}  // namespace frugald::snmp
