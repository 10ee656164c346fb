#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "plugins/snmp/profile.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp {

/// What walks over the device brought, by column.
using Walks = std::map<Oid, std::vector<Binding>>;

/// One measured value of a row.
struct Cell {
    const Column* column;
    Oid index;  // with the column's suffix
};

struct Row {
    std::string name;  // unique in the table
    std::vector<Cell> cells;
};

/// The value of `column` at `index`, null if the walk brought none.
const Value* value_at(const Walks& walks, const Oid& column, const Oid& index);

/// The rows for which any column of the table brought something, after the table's filter.
std::vector<Row> find_rows(const Table& table, const Walks& walks);

}  // namespace frugald::snmp
