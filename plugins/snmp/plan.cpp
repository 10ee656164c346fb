#include "plugins/snmp/plan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/snmp/rows.h"

namespace frugald::snmp {

namespace {

struct FoundTable {
    const Table& table;
    Rows rows;
};

std::vector<FoundTable> find_tables(const Profile& profile, const Walks& walks) {
    std::vector<FoundTable> found;
    for (const auto& table : profile.tables) {
        const auto same = [&](const FoundTable& other) {
            return other.table.id == table.only_without && !other.rows.empty();
        };
        if (std::ranges::any_of(found, same)) continue;
        found.push_back({table, find_rows(table, walks)});
    }
    return found;
}

/// A profile that names a column of digits gets no numbers without it: a guess would be wrong by
/// powers of ten.
std::optional<double> factor(const Column& column, const Oid& index, const Walks& walks) {
    if (!column.digits) return column.factor;
    const auto* digits = value_at(walks, *column.digits, index);
    if (!digits || digits->kind != Value::Kind::number) return std::nullopt;
    if (digits->number < 0 || digits->number > 9) return std::nullopt;
    return column.factor * std::pow(10.0, -digits->number);
}

void add_items(Plan& plan, const FoundTable& found, const Walks& walks) {
    const bool several_totals = found.table.part == Part::total && found.rows.size() > 1;
    for (const auto& [row, name] : found.rows) {
        for (const auto& column : found.table.columns) {
            const auto index = join(row, column.suffix);
            if (!value_at(walks, column.oid, index)) continue;
            const auto scale = factor(column, index, walks);
            if (!scale) continue;
            Item item{.oid = join(column.oid, index), .quantity = column.quantity};
            item.part = several_totals ? Part::line : found.table.part;
            if (item.part != Part::total) item.name = name;
            item.factor = *scale;
            item.absent = column.absent;
            plan.items.push_back(std::move(item));
        }
    }
}

void add_sum(Plan& plan, Quantity quantity, std::size_t first) {
    Sum sum{.quantity = quantity, .items = {}};
    for (std::size_t i = first; i < plan.items.size(); ++i)
        if (plan.items[i].quantity == quantity) sum.items.push_back(i);
    if (!sum.items.empty()) plan.sums.push_back(std::move(sum));
}

std::optional<double> add_up(const Sum& sum, const std::vector<std::optional<double>>& measured) {
    double total = 0;
    for (const auto position : sum.items) {
        if (!measured[position]) return std::nullopt;
        total += *measured[position];
    }
    return total;
}

}  // namespace

std::optional<double> Item::measured(const Value& value) const {
    if (value.kind != Value::Kind::number || value.number < 0) return std::nullopt;
    for (const auto number : absent)
        if (value.number == static_cast<double>(number)) return std::nullopt;
    return value.number * factor;
}

std::vector<Oid> columns_to_walk(const Profile& profile) {
    std::set<Oid> columns;
    for (const auto& table : profile.tables) {
        if (table.naming.column) columns.insert(*table.naming.column);
        if (table.rows) columns.insert(table.rows->oid);
        for (const auto& column : table.columns) {
            columns.insert(column.oid);
            if (column.digits) columns.insert(*column.digits);
        }
    }
    return {columns.begin(), columns.end()};
}

Plan make_plan(const Profile& profile, const Walks& walks) {
    Plan plan;
    for (const auto& found : find_tables(profile, walks)) {
        const auto first = plan.items.size();
        add_items(plan, found, walks);
        const bool several_totals = found.table.part == Part::total && found.rows.size() > 1;
        if (several_totals || found.table.id == profile.total_power_from)
            add_sum(plan, Quantity::power_watts, first);
        if (several_totals) add_sum(plan, Quantity::energy_joules, first);
    }
    return plan;
}

std::vector<NamedReading> readings(const Plan& plan, const std::vector<Value>& values) {
    std::vector<NamedReading> found;
    std::vector<std::optional<double>> measured;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        const auto& item = plan.items[i];
        measured.push_back(item.measured(values[i]));
        if (measured[i]) found.push_back({item.quantity, item.part, item.name, *measured[i]});
    }
    for (const auto& sum : plan.sums) {
        const auto same = [&](const NamedReading& reading) {
            return reading.quantity == sum.quantity && reading.part == Part::total;
        };
        if (std::ranges::any_of(found, same)) continue;
        if (const auto total = add_up(sum, measured))
            found.push_back({sum.quantity, Part::total, "", *total});
    }
    return found;
}

}  // namespace frugald::snmp
