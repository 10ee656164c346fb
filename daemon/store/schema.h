#pragma once

#include "daemon/store/sqlite/database.h"

namespace frugald {

// Every file carries SQLite's application_id ("FRUG") and, in user_version, the number of its
// schema. Instants are milliseconds since 1970 UTC.

/// Actions, events and the map. Creates the tables of a new file; refuses a damaged file, one of
/// another program and one of a newer frugald.
Result<void> prepare_main_schema(Database& database);

}  // namespace frugald
