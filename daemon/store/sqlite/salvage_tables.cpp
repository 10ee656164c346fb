// The tables of a damaged file into those of a new one.

#include <fmt/format.h>

#include "daemon/store/sqlite/salvage.h"

namespace frugald {

namespace {

struct TableShape {
    std::string name{};
    std::string columns{};  // all, in their order: "id, at_ms, node"
    unsigned count = 0;
    std::string key{};  // the column that is the rowid, "rowid", or the primary key without rowids
    bool has_rowid = true;
};

template <class Each>
Result<void> each_row(Database& database, const std::string& sql, Each each) {
    auto query = database.prepare(sql.c_str());
    if (!query) return tl::unexpected(query.error());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        each(*query);
    }
}

Result<void> read_columns(Database& database, TableShape& table) {
    std::string keys;
    bool is_rowid = false;
    unsigned key_columns = 0;
    const auto take = [&](const Statement& row) {
        const auto append = [](std::string& list, const std::string& name) {
            list += (list.empty() ? "" : ", ") + name;
        };
        append(table.columns, row.text(1));
        ++table.count;
        if (row.integer(5) == 0) return;
        append(keys, row.text(1));
        ++key_columns;
        is_rowid = row.text(2) == "INTEGER";
    };
    auto done = each_row(database, fmt::format("PRAGMA table_info({})", table.name), take);
    if (!table.has_rowid)
        table.key = keys;
    else
        table.key = key_columns == 1 && is_rowid ? keys : "rowid";
    return done;
}

Result<std::vector<TableShape>> shapes_of(Database& database) {
    std::vector<TableShape> tables;
    const auto take = [&](const Statement& row) {
        auto& table = tables.emplace_back();
        table.name = row.text(0);
        table.has_rowid = row.integer(1) == 0;
    };
    auto done = each_row(database,
                         "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = "
                         "'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
                         take);
    if (!done) return tl::unexpected(done.error());
    for (auto& table : tables)
        if (done = read_columns(database, table); !done) return tl::unexpected(done.error());
    return tables;
}

Result<Salvaged> copy_table(Database& from, Database& to, const TableShape& table,
                            const AcceptRow& accept) {
    std::string places = "?";
    for (unsigned i = 1; i < table.count; ++i) places += ", ?";
    auto insert = to.prepare(
        fmt::format("INSERT OR IGNORE INTO {}({}) VALUES({})", table.name, table.columns, places)
            .c_str());
    if (!insert) return tl::unexpected(insert.error());
    // With rowids the key comes first, and then all columns.
    const int first = table.has_rowid ? 1 : 0;
    const auto take = [&](const Statement& at) -> Result<bool> {
        const auto columns = at.row(first);
        if (accept && !accept(table.name, columns)) return false;
        const auto done = insert->run_with(columns);
        if (done) return true;
        if (done.error().fault == Fault::invalid) return false;
        return tl::unexpected(done.error());
    };
    if (table.has_rowid) return salvage_rows(from, table.name, table.key, table.columns, take);
    return salvage_keyed_rows(from, table.name, table.key, table.columns, take);
}

}  // namespace

Result<SalvagedTables> salvage_tables(Database& from, Database& to, const AcceptRow& accept) {
    const auto tables = shapes_of(to);
    if (!tables) return tl::unexpected(tables.error());
    SalvagedTables all;
    for (const auto& table : *tables) {
        auto one = copy_table(from, to, table, accept);
        if (!one) return tl::unexpected(one.error());
        all.emplace_back(table.name, std::move(*one));
    }
    return all;
}

std::string describe(const SalvagedTables& tables) {
    std::string text;
    for (const auto& [name, rows] : tables) {
        if (!text.empty()) text += ", ";
        text += rows.damage.empty() ? fmt::format("all {} rows of {}", rows.rows, name)
                : rows.rows == 0    ? fmt::format("nothing of {}", name)
                                    : fmt::format("{} rows of {} and not all", rows.rows, name);
    }
    return text;
}

}  // namespace frugald
