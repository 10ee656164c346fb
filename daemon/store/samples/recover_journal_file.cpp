// A new journal.db from what is left of the old one and from the other files.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/journal_file.h"
#include "daemon/store/samples/time_files.h"
#include "daemon/store/sqlite/replace.h"
#include "daemon/store/sqlite/salvage.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

// Ids that only lost rounds may have had, and rounds.
constexpr std::int64_t lost_ids = 64, lost_rounds = 1'000'000;

bool is_sound(std::string_view table, const Row& row) {
    if (table == "stream") return stream_row_is_sound(row);
    if (table == "sensor") return sensor_row_is_sound(row);
    if (table == "sensor_set") return set_row_is_sound(row);
    return true;
}

Result<std::int64_t> number(Database& database, const char* sql) {
    auto query = database.prepare(sql);
    if (!query) return tl::unexpected(query.error());
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    return query->integer(0);
}

class Rebuild {
public:
    Rebuild(const fs::path& directory, Database& made) : directory_(directory), made_(made) {}

    Result<void> fill(Result<Database>& damaged);
    std::string told() const { return told_; }

private:
    Result<void> take_names();
    void take_names(const fs::path& path);
    Result<void> write_floors();

    const fs::path& directory_;
    Database& made_;
    Catalogue names_;
    std::int64_t newest_round_ = 0, newest_stream_ = 0;
    std::string told_;
};

Result<void> Rebuild::fill(Result<Database>& damaged) {
    std::string kept = "nothing of it";
    if (damaged) {
        const auto tables = salvage_tables(*damaged, made_, is_sound);
        if (!tables) return tl::unexpected(tables.error());
        kept = describe(*tables);
    }
    if (auto done = take_names(); !done) return done;
    if (auto done = write_floors(); !done) return done;
    told_ = fmt::format(
        "{}; with the names in the other files {} streams are known", kept,
        std::ranges::count_if(names_.streams(), [](const auto& one) { return one.id != 0; }));
    return {};
}

/// What the other files say of ids that the journal has not.
Result<void> Rebuild::take_names() {
    if (auto done = names_.load(made_); !done) return done;
    for (const auto& entry : fs::directory_iterator{directory_ / "raw"}) take_names(entry.path());
    for (const auto& entry : fs::directory_iterator{directory_}) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("5m-") || name.starts_with("1h-")) take_names(entry.path());
    }
    auto rows = CatalogueWriter::open(made_);
    if (!rows) return tl::unexpected(rows.error());
    for (const auto& stream : names_.streams())
        if (auto done = rows->write(stream); !done) return done;
    for (const auto& sensor : names_.sensors())
        if (auto done = rows->write(sensor); !done) return done;
    for (std::uint32_t id = 1; id < names_.sets().size(); ++id)
        if (auto done = rows->write(id, names_.sets()[id]); !done) return done;
    return {};
}

/// A file that cannot be read has nothing to say; it is judged when it is used.
void Rebuild::take_names(const fs::path& path) {
    if (path.extension() != ".db") return;
    auto file = Database::open_to_read(path);
    if (!file) return;
    static_cast<void>(names_.merge(*file));
    const auto round = number(*file, "SELECT coalesce(max(round), 0) FROM state");
    if (round) newest_round_ = std::max(newest_round_, *round);
    const auto stream = number(*file, "SELECT coalesce(max(stream), 0) FROM state");
    if (stream && *stream <= Catalogue::most_streams)
        newest_stream_ = std::max(newest_stream_, *stream);
}

Result<void> Rebuild::write_floors() {
    const auto rounds = number(made_, "SELECT coalesce(max(number), 0) FROM round");
    auto floor = made_.prepare("INSERT OR REPLACE INTO floor VALUES(?, ?)");
    if (!rounds || !floor) return tl::unexpected(rounds ? floor.error() : rounds.error());
    const auto streams = std::max<std::int64_t>(static_cast<std::int64_t>(names_.streams().size()),
                                                newest_stream_ + 1);
    const std::pair<std::string_view, std::int64_t> floors[] = {
        {"stream", streams + lost_ids},
        {"sensor", static_cast<std::int64_t>(names_.sensors().size()) + lost_ids},
        {"sensor_set", static_cast<std::int64_t>(names_.sets().size()) + lost_ids},
        {"round", std::min(std::max(newest_round_, *rounds), INT64_MAX / 2) + lost_rounds}};
    for (const auto& [name, value] : floors)
        if (auto done = floor->run(name, value); !done) return done;
    return {};
}

Result<std::string> make_replacement(const fs::path& directory, const fs::path& file) {
    auto made = Database::open(replacement_of(file), Durability::every_commit, page_bytes);
    if (!made) return tl::unexpected(made.error());
    auto damaged = Database::open_to_read(file);
    Rebuild rebuild{directory, *made};
    const auto work = [&]() -> Result<void> {
        if (auto done = advance_schema(*made, journal_file_tables(), journal_schema); !done)
            return done;
        return rebuild.fill(damaged);
    };
    if (auto done = made->transaction(work); !done) return tl::unexpected(done.error());
    if (const auto moved = made->checkpoint(); !moved) return tl::unexpected(moved.error());
    return rebuild.told();
}

}  // namespace

Result<std::string> recover_journal_file(const fs::path& directory, const std::string& why) {
    const auto file = directory / "journal.db";
    if (auto done = begin_replacement(file); !done) return tl::unexpected(done.error());
    const auto told = make_replacement(directory, file);
    if (!told)
        return fail(Fault::unavailable,
                    fmt::format("{}, and what can be read of it could not be taken over: {}", why,
                                told.error().text));
    const auto aside = replace_file(file);
    if (!aside) return tl::unexpected(aside.error());
    return fmt::format("{}; it was set aside as {}, taken over: {}", why, aside->string(), *told);
}

}  // namespace frugald::samples
