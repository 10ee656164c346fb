#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/snmp/oid.h"

namespace frugald::snmp {

/// One measured quantity of a table: where it stands and how to turn it into base units.
struct Column {
    Quantity quantity{};
    Oid oid;                           // of the column, without the row's index
    Oid suffix;                        // fixed last part of the index: Raritan's sensor type
    double factor = 1;                 // raw number -> base unit, the unit's own factor included
    std::optional<Oid> digits;         // column with the number of decimal digits, same index
    std::vector<std::int64_t> absent;  // raw numbers that mean "not available"; negative ones
                                       // always do
};

/// How the rows of a table are called: by a column or by the last number of their index.
struct Naming {
    std::optional<Oid> column;
    std::map<std::string, std::string> words;  // what the column says -> name
    std::string prefix;                        // put before everything that is not in `words`
};

/// Keeps the rows whose number in this column is positive, or those where it is 0 or absent.
struct RowFilter {
    Oid oid;
    bool positive = false;
};

struct Table {
    std::string id;
    Part part = Part::total;
    std::size_t index_length = 1;  // numbers in a row's index, the suffix not counted
    Naming naming;
    std::optional<RowFilter> rows;
    std::string only_without;  // id of an earlier table; with rows there, this one is not used
    std::vector<Column> columns;
};

/// How `profile = "auto"` knows a device.
struct Match {
    std::vector<Oid> object_ids;  // prefixes of sysObjectID
    std::optional<Oid> probe;     // must exist, and not be negative
};

/// What the agent can take.
struct Limits {
    std::size_t max_oids = 40;  // in one GET
    bool bulk = true;
    int max_repetitions = 20;  // in one GETBULK
};

/// A family of PDUs, as data (docs/pdu.md describes the file).
struct Profile {
    std::string name;
    std::string summary;
    Match match;
    Limits limits;
    std::vector<Table> tables;
    std::string
        total_power_from;  // id of the table whose powers add up to the total, if it has none
};

}  // namespace frugald::snmp
