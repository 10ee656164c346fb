#include "daemon/store/schema.h"

#include <fmt/format.h>

#include "daemon/store/sqlite/versioned.h"

namespace frugald {

namespace {

constexpr std::int64_t main_version = 2;

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

// What schema 2 adds. `node` is for finding rows; the hash is over the line.
constexpr const char* audit_table = R"(
CREATE TABLE audit(
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, node TEXT NOT NULL, line TEXT NOT NULL,
    hash TEXT NOT NULL) STRICT;
CREATE INDEX audit_by_node ON audit(node, id);
CREATE INDEX audit_by_time ON audit(at_ms);
)";

}  // namespace

Result<void> create_main_schema(Database& database) {
    return advance_schema(database, std::string{main_tables} + audit_table, main_version);
}

Result<std::int64_t> main_schema_of(Database& database) {
    auto found = schema_version(database, main_version);
    if (!found || *found < main_version) return found;
    const auto same = require_tables(database, std::string{main_tables} + audit_table);
    if (!same) return tl::unexpected(same.error());
    return found;
}

Result<void> prepare_main_schema(Database& database) {
    const auto found = schema_version(database, main_version);
    if (!found) return tl::unexpected(found.error());
    // Indexes that disagree with their table let a write fail, or an open action be overlooked. In
    // a large file this takes too long for a start.
    std::error_code none;
    const bool indexes = std::filesystem::file_size(database.file(), none) < 64U << 20U;
    if (const auto wrong = database.structure_damage(indexes); !wrong || !wrong->empty())
        return wrong ? fail(Fault::unparsable,
                            fmt::format("{} is damaged: {}", database.file(), *wrong))
                     : tl::unexpected(wrong.error());
    if (*found > 0 && *found < main_version)
        if (auto kept = keep_old_version(database, *found); !kept) return kept;
    const std::string missing = (*found < 1 ? main_tables : std::string{}) + audit_table;
    if (*found < main_version)
        if (auto done = advance_schema(database, missing, main_version); !done) return done;
    return require_tables(database, std::string{main_tables} + audit_table);
}

}  // namespace frugald
