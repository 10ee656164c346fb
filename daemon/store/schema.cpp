#include "daemon/store/schema.h"

#include <fmt/format.h>

#include "daemon/store/sqlite/versioned.h"

namespace frugald {

namespace {

constexpr std::int64_t main_version = 3;

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

// What schema 3 adds. A run's end is absent while it runs; `cpus` and `node_cpus` are lists like
// "4*64,2" in the order of `nodes`. Energies are in J; absent where nothing was measured.
constexpr const char* job_tables = R"(
CREATE TABLE job(
    id INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, seen_ms INTEGER NOT NULL,
    partition TEXT NOT NULL, nodes TEXT NOT NULL, cpus TEXT NOT NULL, node_cpus TEXT NOT NULL,
    vanished INTEGER NOT NULL, settled INTEGER NOT NULL, resolution INTEGER,
    PRIMARY KEY(id, start_ms)) STRICT, WITHOUT ROWID;
CREATE INDEX job_unsettled ON job(start_ms) WHERE settled = 0;
CREATE INDEX job_by_end ON job(end_ms);
CREATE TABLE job_energy(
    job INTEGER NOT NULL, start_ms INTEGER NOT NULL, place INTEGER NOT NULL, node TEXT NOT NULL,
    joules REAL, node_joules REAL, mean_w REAL, min_w REAL, max_w REAL,
    length_ms INTEGER NOT NULL, covered_ms INTEGER NOT NULL, gaps INTEGER NOT NULL,
    longest_gap_ms INTEGER NOT NULL, cpus INTEGER NOT NULL, node_cpus INTEGER NOT NULL,
    shared INTEGER NOT NULL, by_cpus INTEGER NOT NULL, unknown_why TEXT NOT NULL,
    PRIMARY KEY(job, start_ms, place)) STRICT, WITHOUT ROWID;
)";

std::string all_tables() { return std::string{main_tables} + audit_table + job_tables; }

}  // namespace

Result<void> create_main_schema(Database& database) {
    return advance_schema(database, all_tables(), main_version);
}

Result<std::int64_t> main_schema_of(Database& database) {
    auto found = schema_version(database, main_version);
    if (!found || *found < main_version) return found;
    const auto same = require_tables(database, all_tables());
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
    std::string missing = *found < 1 ? main_tables : "";
    if (*found < 2) missing += audit_table;
    missing += job_tables;
    if (*found < main_version)
        if (auto done = advance_schema(database, missing, main_version); !done) return done;
    return require_tables(database, all_tables());
}

}  // namespace frugald
