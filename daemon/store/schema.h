#pragma once

#include "daemon/store/sqlite/database.h"

namespace frugald {

/// Of the pages of frugald.db: small commits want small pages.
inline constexpr int main_page_bytes = 4096;

// Every file carries SQLite's application_id ("FRUG") and, in user_version, the number of its
// schema. Instants are milliseconds since 1970 UTC.

/// Actions, events, the map and the audit. Creates the tables of a new file and brings an older one
/// to the newest schema, of which a copy is kept beside it. Refuses one of another program and one
/// of a newer frugald; Fault::unparsable for a damaged one.
Result<void> prepare_main_schema(Database& database);

/// The schema the file has. Changes nothing; Fault::unparsable if its tables are not those.
Result<std::int64_t> main_schema_of(Database& database);

/// All tables, in an empty file.
Result<void> create_main_schema(Database& database);

}  // namespace frugald
