#pragma once

#include <map>
#include <string>

#include "plugins/snmp/plan.h"

namespace frugald::snmp {

/// The rows of a table on one device: index -> name, unique in the table.
using Rows = std::map<Oid, std::string>;

/// The value of `column` at `index`, null if the walk brought none.
const Value* value_at(const Walks& walks, const Oid& column, const Oid& index);

/// The rows for which any column of the table brought a number, after the table's filter.
Rows find_rows(const Table& table, const Walks& walks);

}  // namespace frugald::snmp
