#include "plugins/snmp/plan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/snmp/units.h"

namespace frugald::snmp {

namespace {

struct FoundTable {
    const Table& table;
    std::vector<Row> rows;
    std::size_t first_item = 0;  // of the plan
    std::size_t last_item = 0;   // one behind
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

std::optional<double> scaled(Scale::Kind kind, Quantity quantity, const Value& says) {
    if (kind == Scale::Kind::unit) return unit_factor(quantity, says.text);
    if (says.kind != Value::Kind::number) return std::nullopt;
    if (kind == Scale::Kind::digits)
        return says.number >= 0 && says.number <= 9 ? std::optional{std::pow(10.0, -says.number)}
                                                    : std::nullopt;
    if (says.number == 0) return std::nullopt;
    return says.number < 0 ? -1 / says.number : says.number;
}

/// A profile that names a column of scales gets no numbers without it: a guess would be wrong by
/// powers of ten.
std::optional<double> factor(const Cell& cell, const Walks& walks) {
    const auto& column = *cell.column;
    if (!column.scale) return column.factor;
    const auto* says = value_at(walks, column.scale->oid, cell.index);
    if (!says) return std::nullopt;
    const auto scale = scaled(column.scale->kind, column.quantity, *says);
    return scale ? std::optional{column.factor * *scale} : std::nullopt;
}

void add_cell(Plan& plan, Item item, const Value& value) {
    if (item.column->quantity != Quantity::rating_amperes) {
        plan.items.push_back(std::move(item));
        return;
    }
    const auto rating = item.measured(value);
    if (rating && *rating > 0)
        plan.ratings.push_back({Quantity::rating_amperes, item.part, item.name, *rating});
}

void add_items(Plan& plan, FoundTable& found, const Walks& walks) {
    const bool several_totals = found.table.part == Part::total && found.rows.size() > 1;
    found.first_item = plan.items.size();
    for (const auto& row : found.rows) {
        for (const auto& cell : row.cells) {
            const auto* value = value_at(walks, cell.column->oid, cell.index);
            const auto scale = factor(cell, walks);
            if (!value || !scale) continue;
            Item item{.oid = join(cell.column->oid, cell.index), .column = cell.column};
            item.part = several_totals ? Part::line : found.table.part;
            if (item.part != Part::total) item.name = row.name;
            item.factor = *scale;
            add_cell(plan, std::move(item), *value);
        }
    }
    found.last_item = plan.items.size();
}

/// False if the table has no such quantity.
bool add_sum(Plan& plan, Quantity quantity, const FoundTable& found) {
    Sum sum{.quantity = quantity, .items = {}};
    for (std::size_t i = found.first_item; i < found.last_item; ++i)
        if (plan.items[i].column->quantity == quantity) sum.items.push_back(i);
    if (sum.items.empty()) return false;
    plan.sums.push_back(std::move(sum));
    return true;
}

void add_sums(Plan& plan, const Profile& profile, const std::vector<FoundTable>& tables) {
    for (const auto quantity : {Quantity::power_watts, Quantity::energy_joules}) {
        for (const auto& found : tables)
            if (found.table.part == Part::total && found.rows.size() > 1)
                add_sum(plan, quantity, found);
        for (const auto& id : profile.total_from) {
            const auto found = std::ranges::find_if(
                tables, [&](const FoundTable& other) { return other.table.id == id; });
            const bool added = found != tables.end() && add_sum(plan, quantity, *found);
            if (added) break;
        }
    }
}

std::optional<double> add_up(const Sum& sum, const std::vector<std::optional<double>>& measured) {
    double total = 0;
    for (const auto position : sum.items) {
        if (!measured[position]) return std::nullopt;
        total += *measured[position];
    }
    return total;
}

/// All ones: how agents say -1 in an unsigned type.
bool is_sentinel(Quantity quantity, double number) {
    return quantity != Quantity::energy_joules &&
           (number == 4294967295.0 || number == 2147483647.0);
}

std::optional<double> mapped(const Column& column, const Value& value) {
    auto says = value.text;
    if (says.empty() && value.kind == Value::Kind::number)
        says = std::to_string(static_cast<std::int64_t>(value.number));
    const auto found = column.values.find(says);
    return found == column.values.end() ? std::nullopt : std::optional{found->second};
}

std::optional<double> raw_number(const Column& column, const Value& value) {
    if (!column.values.empty()) return mapped(column, value);
    if (column.unit_in_text && value.kind == Value::Kind::text)
        return number_with_unit(column.quantity, value.text);
    if (value.kind != Value::Kind::number) return std::nullopt;
    for (const auto number : column.absent)
        if (value.number == static_cast<double>(number)) return std::nullopt;
    if (is_sentinel(column.quantity, value.number)) return std::nullopt;
    return value.number;
}

}  // namespace

std::optional<double> Item::measured(const Value& value) const {
    const auto number = raw_number(*column, value);
    if (!number) return std::nullopt;
    const double amount = *number * factor;
    if (amount < column->least || amount > column->most) return std::nullopt;
    return amount;
}

std::vector<Oid> columns_to_walk(const Profile& profile) {
    std::set<Oid> columns;
    for (const auto& table : profile.tables) {
        if (table.naming.column) columns.insert(*table.naming.column);
        if (table.rows) columns.insert(table.rows->oid);
        for (const auto& column : table.columns) {
            columns.insert(column.oid);
            if (column.scale) columns.insert(column.scale->oid);
        }
    }
    return {columns.begin(), columns.end()};
}

Plan make_plan(const Profile& profile, const Walks& walks) {
    Plan plan;
    auto tables = find_tables(profile, walks);
    for (auto& found : tables) add_items(plan, found, walks);
    add_sums(plan, profile, tables);
    return plan;
}

std::vector<NamedReading> readings(const Plan& plan, const std::vector<Value>& values) {
    std::vector<NamedReading> found = plan.ratings;
    std::vector<std::optional<double>> measured;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        const auto& item = plan.items[i];
        measured.push_back(item.measured(values[i]));
        if (measured[i])
            found.push_back({item.column->quantity, item.part, item.name, *measured[i]});
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
