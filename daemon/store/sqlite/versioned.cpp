#include "daemon/store/sqlite/versioned.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/core/clock.h"
#include "daemon/store/sqlite/replace.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t application = 0x46525547;  // "FRUG"
// Beyond any number that a release will have: no newer schema but damage.
constexpr std::int64_t absurd_version = 10'000;

Result<std::set<std::string>> objects_of(Database& database) {
    auto query = database.prepare(
        "SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema "
        "WHERE sql IS NOT NULL");
    if (!query) return tl::unexpected(query.error());
    std::set<std::string> objects;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return objects;
        objects.insert(query->text(0));
    }
}

/// A flipped bit in the number that says whose file it is.
bool looks_like_ours(Database& database) {
    const auto objects = objects_of(database);
    if (!objects) return false;
    const auto has = [&](std::string_view table) {
        return std::ranges::any_of(*objects, [&](const std::string& one) {
            return one.starts_with(fmt::format("table {} ", table));
        });
    };
    return (has("action") && has("entry")) || (has("round") && has("target")) ||
           (has("chunk") && has("state"));
}

std::uintmax_t size_of(const fs::path& file) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    return none ? 0 : size;
}

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
    if ((*owner != application && looks_like_ours(database)) || *found > absurd_version ||
        *found < 0)
        return fail(Fault::unparsable,
                    fmt::format("{} is damaged: its header says another program's database or a "
                                "schema that cannot be ({})",
                                database.file(), *found));
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

Result<void> keep_old_version(Database& database, std::int64_t version) {
    const std::string file{database.file()};
    const auto copy = fmt::format("{}.v{}-{}", file, version, to_unix_ms(Instant::now().wall));
    const auto needed = size_of(file) + size_of(file + "-wal");
    std::error_code unknown;
    const auto space = fs::space(fs::path{file}.parent_path(), unknown);
    Result<void> done{};
    if (!unknown && space.available < needed)
        done = fail(Fault::unavailable,
                    fmt::format("{} bytes are needed and {} free", needed, space.available));
    if (done) done = database.copy_to(copy);
    if (done) done = sync_directory(fs::path{file}.parent_path());
    if (done) return {};
    fs::remove(copy, unknown);
    return fail(Fault::unavailable,
                fmt::format("{} is not brought to this release's schema, because no copy of it "
                            "could be made: {}; free space there, or install the release before",
                            file, done.error().text));
}

Result<void> require_tables(Database& database, const std::string& tables) {
    auto model = Database::in_memory();
    if (model)
        if (auto done = model->execute(tables.c_str()); !done) return done;
    if (!model) return tl::unexpected(model.error());
    const auto wanted = objects_of(*model), found = objects_of(database);
    if (!wanted || !found) return tl::unexpected((wanted ? found : wanted).error());
    if (std::ranges::includes(*found, *wanted)) return {};
    return fail(Fault::unparsable,
                fmt::format("{} is damaged: its tables are not what they were", database.file()));
}

}  // namespace frugald
