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

}  // namespace frugald
