#pragma once

#include <cstdint>
#include <string>

#include "daemon/store/sqlite/database.h"

namespace frugald {

/// The schema that the file has; 0 for a new one. Fault::unavailable for another program's
/// database and for a schema after `known`.
Result<std::int64_t> schema_version(Database& database, std::int64_t known);

/// `tables` is what a database of schema `version` has and older ones lack.
Result<void> advance_schema(Database& database, const std::string& tables, std::int64_t version);

/// Before a file is changed for good: a copy of it as FILE.vVERSION-MS beside it.
/// Fault::unavailable when there is no room for it.
Result<void> keep_old_version(Database& database, std::int64_t version);

/// Fault::unparsable if the file does not have what the SQL `tables` creates, word for word.
Result<void> require_tables(Database& database, const std::string& tables);

}  // namespace frugald
