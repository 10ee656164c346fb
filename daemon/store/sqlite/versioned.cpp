#include "daemon/store/sqlite/versioned.h"

#include <fmt/format.h>

namespace frugald {

namespace {

constexpr std::int64_t application = 0x46525547;  // "FRUG"

Result<std::int64_t> single_number(Database& database, const char* sql) {
    auto statement = database.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    return statement->integer(0);
}

}  // namespace

Result<void> advance_schema(Database& database, const std::string& tables, std::int64_t version) {
    const auto work = [&]() -> Result<void> {
        if (auto done = database.execute(tables.c_str()); !done) return done;
        return database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                            application, version)
                                    .c_str());
    };
    return database.transaction(work);
}

Result<std::int64_t> schema_version(Database& database, std::int64_t known) {
    const auto objects = single_number(database, "SELECT count(*) FROM sqlite_schema");
    if (!objects || *objects == 0) return objects;
    const auto owner = single_number(database, "PRAGMA application_id");
    auto found = single_number(database, "PRAGMA user_version");
    if (!owner || !found) return tl::unexpected((owner ? found : owner).error());
    if (*owner != application)
        return fail(Fault::unavailable,
                    fmt::format("{} is another program's database; move it away", database.file()));
    if (*found > known)
        return fail(Fault::unavailable,
                    fmt::format("{} was written by a newer frugald (schema {}, this one knows {}); "
                                "install that version again",
                                database.file(), *found, known));
    return found;
}

}  // namespace frugald
