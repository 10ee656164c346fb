#include "daemon/store/samples/journal_file.h"

#include <fmt/format.h>

#include "daemon/store/samples/round_journal.h"
#include "daemon/store/samples/time_files.h"
#include "daemon/store/sqlite/replace.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

constexpr const char* floor_table = R"(
CREATE TABLE floor(name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
)";

/// Schema 1 had the catalogue without sums.
Result<void> advance_from_1(Database& journal) {
    Catalogue catalogue;
    if (auto done = catalogue.load_unsummed(journal); !done) return done;
    const auto tables =
        std::string{"DROP TABLE stream; DROP TABLE sensor; DROP TABLE sensor_set;"} +
        catalogue_tables + floor_table;
    const auto work = [&]() -> Result<void> {
        if (auto done = advance_schema(journal, tables, journal_schema); !done) return done;
        return catalogue.write_added(journal);
    };
    return journal.transaction(work);
}

bool is_day(const fs::path& path) {
    return path.extension() == ".db" && span_of_date(path.stem().string(), Period::day);
}

/// Whether readings were stored here before.
bool has_days(const fs::path& directory) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator{directory / "raw", none})
        if (is_day(entry.path())) return true;
    return false;
}

Result<void> prepare(Database& journal, bool& upgraded) {
    const auto version = schema_version(journal, journal_schema);
    if (!version) return tl::unexpected(version.error());
    const auto wrong = journal.structure_damage();
    if (!wrong) return tl::unexpected(wrong.error());
    if (!wrong->empty())
        return fail(Fault::unparsable, fmt::format("{} is damaged: {}", journal.file(), *wrong));
    upgraded = *version == 1;
    Result<void> done{};
    if (*version == 0) done = advance_schema(journal, journal_file_tables(), journal_schema);
    if (upgraded) done = keep_old_version(journal, *version);
    if (upgraded && done) done = advance_from_1(journal);
    return done ? require_tables(journal, journal_file_tables()) : done;
}

}  // namespace

std::string journal_file_tables() {
    return std::string{catalogue_tables} + journal_tables + target_table + floor_table;
}

Result<Database> open_journal_file(const fs::path& directory, bool& upgraded) {
    const auto file = directory / "journal.db";
    if (auto done = finish_replacement(file); !done) return tl::unexpected(done.error());
    std::error_code none;
    const bool is_there = fs::exists(file, none) && fs::file_size(file, none) > 0;
    if (!is_there && has_days(directory))
        return fail(
            Fault::unparsable,
            fmt::format("{} is gone, or empty, and the other files are there", file.string()));
    auto journal = Database::open(file, Durability::every_commit, page_bytes);
    if (!journal) return journal;
    journal->checkpoint_on_close(false);
    if (auto done = prepare(*journal, upgraded); !done) return tl::unexpected(done.error());
    journal->checkpoint_on_close(true);
    return journal;
}

Result<Floors> floors_in(Database& journal) {
    auto query = journal.prepare("SELECT name, number FROM floor");
    if (!query) return tl::unexpected(query.error());
    Floors floors;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return floors;
        const auto name = query->text(0);
        const auto number = std::max<std::int64_t>(query->integer(1), 0);
        const auto id = static_cast<std::uint32_t>(std::min<std::int64_t>(number, 1 << 20));
        if (name == "stream") floors.ids.stream = id;
        if (name == "sensor") floors.ids.sensor = id;
        if (name == "sensor_set") floors.ids.set = id;
        if (name == "round") floors.round = number;
    }
}

}  // namespace frugald::samples
