#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/snmp/oid.h"
#include "plugins/snmp/pattern.h"

namespace frugald::snmp {

/// The column of the device that says how its numbers are to be scaled.
struct Scale {
    enum class Kind {
        digits,         // 3: divide by 1000
        signed_factor,  // -100: divide by 100, 100: multiply
        unit,           // the unit as text: "kWh"
    };
    Kind kind = Kind::digits;
    Oid oid;  // at the same index
};

/// One measured quantity of a table: where it stands and how to turn it into base units.
struct Column {
    Quantity quantity{};
    Oid oid;                               // of the column, without the row's index
    Oid suffix;                            // fixed last part of the index: Raritan's sensor type
    double factor = 1;                     // raw number -> base unit, the unit's own included
    std::optional<Scale> scale;            // without it on the device, there is no number
    bool unit_in_text = false;             // "32A", "2.3 kW": the text says the unit
    std::vector<std::int64_t> absent;      // raw numbers that mean "not available"
    std::map<std::string, double> values;  // if any: what the device says -> number
    double least = 0;  // plausible values, in base units; outside of them is "not available"
    double most = std::numeric_limits<double>::infinity();
    unsigned counter_bits = 0;           // an energy counter of this width starts again at 0
    std::optional<Pattern> picked_name;  // of rows chosen by name: the row with this quantity
};

/// A number of a row's index.
struct Level {
    enum class Kind { any, positive, number, rest };  // rest: all that follow, if any
    Kind kind = Kind::any;
    std::uint32_t number = 0;
};

/// How the rows of a table are called: by a column or by a number of their index.
struct Naming {
    std::optional<Oid> column;
    std::map<std::string, std::string> words;  // what the column says -> name
    std::string prefix;                        // put before everything that is not in `words`
    std::size_t level = 0;                     // number of the index, 1 is the first; 0: the last
    std::uint32_t add = 0;                     // to that number: 1 where the device counts from 0
    std::string fixed;                         // of a table that is one row; instead of all that
};

/// Which rows count, by what a column says.
struct RowFilter {
    enum class Kind { positive, zero, numbers, text };
    Kind kind = Kind::positive;
    Oid oid;
    std::vector<std::int64_t> numbers;
    std::optional<Pattern> text;
};

struct Table {
    std::string id;
    Part part = Part::total;
    std::vector<Level> index;  // of a row, the suffix not counted
    Naming naming;
    std::optional<RowFilter> rows;
    std::string only_without;  // id of an earlier table; with rows there, this one is not used
    std::vector<Column> columns;
};

/// How `profile = "auto"` knows a device.
struct Match {
    std::vector<Oid> object_ids;       // prefixes of sysObjectID
    std::optional<Pattern> sys_descr;  // also enough: many sysObjectIDs are wrong or shared
    std::vector<Oid> probes;           // below one of them must be a value, not a negative number
};

/// What the agent can take.
struct Limits {
    std::size_t max_oids = 40;  // in one GET
    bool bulk = true;
    int max_repetitions = 20;  // in one GETBULK
};

/// Rows chosen by name that are knowingly not read.
struct LeftOutName {
    Pattern name;
    std::string reason;
};

/// A family of devices, as data (docs/profiles.md describes the file).
struct Profile {
    std::string name;
    std::string summary;
    Match match;
    Limits limits;
    std::vector<Table> tables;
    /// Ids of tables. Where the device says no total, it is the sum of the first of them that has
    /// the quantity: power, energy.
    std::vector<std::string> total_from;
    std::map<Oid, std::string> left_out;  // what is knowingly not read, and why
    std::vector<LeftOutName> left_out_names;
};

}  // namespace frugald::snmp
