#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/store/sqlite/database.h"

namespace frugald {

/// What became of the rows of one table.
struct Salvaged {
    std::uint64_t rows = 0;  // that were taken
    std::string damage{};    // the first error; empty: all rows there are were read
    void failed(const Error& error) {
        if (damage.empty()) damage = error.text;
    }
};

/// Takes the row that the statement stands on: false if it cannot be kept (which is damage).
using TakeRow = std::function<Result<bool>(const Statement& at)>;

/// Reads the rows of a table whose rowid is its column `key`, each once: in order from both ends
/// as far as that goes, and what lies between damaged pages by ever smaller ranges of the key.
/// `columns` are the statement's columns after the key, which is column 0. Fault::unavailable when
/// the disk fails or `take` does.
Result<Salvaged> salvage_rows(Database& from, const std::string& table, const std::string& key,
                              const std::string& columns, const TakeRow& take);

/// The same for a table without rowids, in the order of its primary key `keys` ("a, b"), and from
/// its end if the beginning is damaged: then rows may be taken twice. `columns` are the
/// statement's.
Result<Salvaged> salvage_keyed_rows(Database& from, const std::string& table,
                                    const std::string& keys, const std::string& columns,
                                    const TakeRow& take);

/// By table of `to`, in the order of their names.
using SalvagedTables = std::vector<std::pair<std::string, Salvaged>>;
/// False: the row (all columns of the table in their order) is not what it should be.
using AcceptRow = std::function<bool(std::string_view table, const Row& row)>;

/// Copies what can be read of the tables that `to` has into them; what `to` has already stays.
/// Inside the caller's transaction of `to`.
Result<SalvagedTables> salvage_tables(Database& from, Database& to, const AcceptRow& accept);
/// "kept 12 rows of action, all of event (30); lost the rest"
std::string describe(const SalvagedTables& tables);

}  // namespace frugald
