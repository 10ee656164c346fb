#include "daemon/store/schema.h"

#include <fmt/format.h>

namespace frugald {

namespace {

constexpr std::int64_t application = 0x46525547;  // "FRUG"
constexpr std::int64_t version = 1;

constexpr const char* main_tables = R"(
CREATE TABLE action(
    id INTEGER PRIMARY KEY, asked_ms INTEGER NOT NULL, deadline_ms INTEGER NOT NULL,
    node TEXT NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL,
    generation INTEGER NOT NULL, watts REAL,
    ended_ms INTEGER, result TEXT, detail TEXT) STRICT;
CREATE INDEX action_by_node ON action(node, asked_ms);
CREATE INDEX action_by_time ON action(asked_ms);
CREATE INDEX action_open ON action(id) WHERE ended_ms IS NULL;
CREATE TABLE event(
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, action INTEGER NOT NULL) STRICT;
CREATE INDEX event_by_node ON event(node, at_ms);
CREATE INDEX event_by_time ON event(at_ms);
CREATE TABLE entry(
    space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(space, key)) STRICT, WITHOUT ROWID;
)";

// Ordered by time, so that writing stays fast and forgetting is cheap at any size; reading the
// history of one device scans the time asked for.
constexpr const char* readings_tables = R"(
CREATE TABLE series(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, device TEXT NOT NULL, quantity TEXT NOT NULL,
    part TEXT NOT NULL, part_name TEXT NOT NULL, source TEXT NOT NULL,
    UNIQUE(device, kind, quantity, part, part_name, source)) STRICT;
CREATE TABLE reading(
    at_ms INTEGER NOT NULL, series INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY(at_ms, series)) STRICT, WITHOUT ROWID;
)";

Result<std::int64_t> single_number(Database& database, const char* sql) {
    auto statement = database.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    return statement->integer(0);
}

Result<void> create(Database& database, const char* tables) {
    const auto work = [&]() -> Result<void> {
        if (auto done = database.execute(tables); !done) return done;
        return database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                            application, version)
                                    .c_str());
    };
    return database.transaction(work);
}

Result<void> check_or_create(Database& database, const char* tables) {
    const auto objects = single_number(database, "SELECT count(*) FROM sqlite_schema");
    if (!objects) return tl::unexpected(objects.error());
    if (*objects == 0) return create(database, tables);
    const auto owner = single_number(database, "PRAGMA application_id");
    const auto found = single_number(database, "PRAGMA user_version");
    if (!owner || !found) return tl::unexpected((owner ? found : owner).error());
    if (*owner != application)
        return fail(Fault::unavailable,
                    fmt::format("{} is another program's database; move it away", database.file()));
    if (*found > version)
        return fail(Fault::unavailable,
                    fmt::format("{} was written by a newer frugald (schema {}, this one knows {}); "
                                "install that version again",
                                database.file(), *found, version));
    return {};
}

}  // namespace

Result<void> prepare_main_schema(Database& database) {
    if (auto done = check_or_create(database, main_tables); !done) return done;
    auto check = database.prepare("PRAGMA quick_check(1)");
    if (!check) return tl::unexpected(check.error());
    const auto row = check->step();
    if (!row) return tl::unexpected(row.error());
    const auto verdict = check->text(0);
    if (verdict == "ok") return {};
    return fail(Fault::unavailable,
                fmt::format("{} is damaged ({}); move it and its -wal and -shm files away and "
                            "restart, or recover it first with: sqlite3 FILE .recover",
                            database.file(), verdict));
}

Result<void> prepare_readings_schema(Database& database) {
    return check_or_create(database, readings_tables);
}

}  // namespace frugald
