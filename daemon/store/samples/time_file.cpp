// One file of a day, a month or a year.

#include <fmt/format.h>

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/samples/time_files.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

constexpr const char* tables = R"(
CREATE TABLE chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE state(stream INTEGER PRIMARY KEY, round INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
)";

Result<void> read_ids(Database& database, const char* table, std::vector<bool>& ids) {
    auto query = database.prepare(fmt::format("SELECT id FROM {} ORDER BY id DESC", table).c_str());
    if (!query) return tl::unexpected(query.error());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        const auto id = query->integer(0);
        if (id <= 0 || id >= 1 << 24) continue;
        if (ids.size() <= static_cast<std::size_t>(id))
            ids.resize(static_cast<std::size_t>(id) + 1);
        ids[static_cast<std::size_t>(id)] = true;
    }
}

}  // namespace

std::string time_file_tables() { return std::string{tables} + catalogue_copy_tables; }

Result<std::unique_ptr<TimeFile>> TimeFile::open(const fs::path& file, const Catalogue& catalogue) {
    auto database = Database::open(file, Durability::consistent, page_bytes);
    if (!database) return tl::unexpected(database.error());
    const auto version = schema_version(*database, time_file_schema);
    if (!version) return tl::unexpected(version.error());
    const auto missing = *version == 0 ? time_file_tables() : std::string{catalogue_copy_tables};
    if (*version < time_file_schema)
        if (auto done = advance_schema(*database, missing, time_file_schema); !done)
            return tl::unexpected(done.error());
    // So that a power cut leaves a file that can be read.
    if (*version < time_file_schema)
        if (const auto moved = database->checkpoint(); !moved) return tl::unexpected(moved.error());
    if (auto whole = require_tables(*database, time_file_tables()); !whole)
        return tl::unexpected(whole.error());
    // What a recovery left for the start that is over now.
    if (auto done = database->execute("DELETE FROM state WHERE stream = 0"); !done)
        return tl::unexpected(done.error());
    auto get = database->prepare("SELECT data FROM chunk WHERE id = ?");
    auto put = database->prepare("INSERT OR REPLACE INTO chunk VALUES(?, ?)");
    auto put_state = database->prepare("INSERT OR REPLACE INTO state VALUES(?, ?, ?)");
    for (const auto* statement : {&get, &put, &put_state})
        if (!*statement) return tl::unexpected(statement->error());
    auto names = CatalogueWriter::open(*database);
    if (!names) return tl::unexpected(names.error());
    std::unique_ptr<TimeFile> opened{new TimeFile{std::move(*database), std::move(*get),
                                                  std::move(*put), std::move(*put_state),
                                                  std::move(*names), catalogue}};
    // An older file has rows, and it is not known of which sensors.
    auto named = *version == 1 ? opened->name_all() : opened->read_named();
    if (!named) return tl::unexpected(named.error());
    return opened;
}

Result<void> TimeFile::name_all() {
    return transaction([this]() -> Result<void> {
        for (std::uint32_t id = 1; id < catalogue_->streams().size(); ++id)
            if (auto done = name_stream(id); !done) return done;
        for (std::uint32_t id = 1; id < catalogue_->sensors().size(); ++id)
            if (auto done = name_sensor(id); !done) return done;
        for (std::uint32_t id = 1; id < catalogue_->sets().size(); ++id)
            if (auto done = name_set(id); !done) return done;
        return {};
    });
}

Result<void> TimeFile::read_named() {
    if (auto done = read_ids(database_, "stream", named_streams_); !done) return done;
    if (auto done = read_ids(database_, "sensor", named_sensors_); !done) return done;
    return read_ids(database_, "sensor_set", named_sets_);
}

Result<std::span<const std::uint8_t>> TimeFile::row(std::int64_t key) {
    get_.reset();
    get_.bind(key);
    const auto found = get_.step();
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::span<const std::uint8_t>{};
    return unbind_row(key, get_.blob(0));
}

Result<void> TimeFile::transaction(const std::function<Result<void>()>& work) {
    auto done = database_.transaction(work);
    // Names written in it are not there; to write one twice does no harm.
    if (!done)
        for (auto* named : {&named_streams_, &named_sensors_, &named_sets_}) named->clear();
    return done;
}

Result<void> TimeFile::put(std::int64_t key, std::span<const std::uint8_t> data) {
    bind_row(key, data, bytes_);
    get_.reset();
    return put_.run(key, std::span<const std::uint8_t>{bytes_});
}

Result<void> TimeFile::put_state(std::uint32_t stream, std::int64_t round,
                                 std::span<const std::uint8_t> data) {
    seal_state(stream, round, data, bytes_);
    return put_state_.run(std::int64_t{stream}, round, std::span<const std::uint8_t>{bytes_});
}

bool TimeFile::is_new(std::vector<bool>& named, std::uint32_t id) {
    if (named.size() <= id) named.resize(id + 1);
    if (named[id]) return false;
    named[id] = true;
    return true;
}

Result<void> TimeFile::name_stream(std::uint32_t id) {
    return is_new(named_streams_, id) ? names_.write(catalogue_->streams()[id]) : Result<void>{};
}

Result<void> TimeFile::name_sensor(std::uint32_t id) {
    return is_new(named_sensors_, id) ? names_.write(catalogue_->sensors()[id]) : Result<void>{};
}

Result<void> TimeFile::name_set(std::uint32_t id) {
    if (!is_new(named_sets_, id)) return {};
    const auto& set = catalogue_->sets()[id];
    for (const auto sensor : set)
        if (auto done = name_sensor(sensor); !done) return done;
    return names_.write(id, set);
}

}  // namespace frugald::samples
