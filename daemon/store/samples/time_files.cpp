#include "daemon/store/samples/time_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/clock.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

constexpr int page_bytes = 16384;
constexpr std::int64_t schema = 1;
constexpr const char* tables = R"(
CREATE TABLE chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE state(stream INTEGER PRIMARY KEY, round INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
)";

}  // namespace

const char* const target_table = "CREATE TABLE target(name TEXT PRIMARY KEY) STRICT;";

Result<std::unique_ptr<TimeFile>> TimeFile::open(const fs::path& file) {
    auto database = Database::open(file, Durability::consistent, page_bytes);
    if (!database) return tl::unexpected(database.error());
    const auto version = schema_version(*database, schema);
    if (!version) return tl::unexpected(version.error());
    if (*version == 0)
        if (auto done = advance_schema(*database, tables, schema); !done)
            return tl::unexpected(done.error());
    auto get = database->prepare("SELECT data FROM chunk WHERE id = ?");
    auto put = database->prepare("INSERT OR REPLACE INTO chunk VALUES(?, ?)");
    auto put_state = database->prepare("INSERT OR REPLACE INTO state VALUES(?, ?, ?)");
    for (const auto* statement : {&get, &put, &put_state})
        if (!*statement) return tl::unexpected(statement->error());
    return std::unique_ptr<TimeFile>{new TimeFile{std::move(*database), std::move(*get),
                                                  std::move(*put), std::move(*put_state)}};
}

Result<std::span<const std::uint8_t>> TimeFile::row(std::int64_t key) {
    get_.reset();
    get_.bind(key);
    const auto found = get_.step();
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::span<const std::uint8_t>{};
    return get_.blob(0);
}

Result<void> TimeFile::put(std::int64_t key, std::span<const std::uint8_t> data) {
    get_.reset();
    return put_.run(key, data);
}

Result<void> TimeFile::put_state(std::uint32_t stream, std::int64_t round,
                                 std::span<const std::uint8_t> data) {
    return put_state_.run(std::int64_t{stream}, round, data);
}

TimeFiles::TimeFiles(fs::path directory, std::string prefix, Period period, Database& journal)
    : directory_(std::move(directory)),
      prefix_(std::move(prefix)),
      period_(period),
      journal_(journal) {}

std::string TimeFiles::name_of(std::int64_t at_ms) const {
    return prefix_ + date_of(at_ms, period_) + ".db";
}

Result<std::unique_ptr<TimeFile>> TimeFiles::open(const std::string& name,
                                                  std::vector<std::string>& damage) {
    const auto path = directory_ / name;
    auto file = TimeFile::open(path);
    if (file || !Database::is_damaged(path)) return file;
    const auto aside = fmt::format("{}.damaged-{}", path.string(), to_unix_ms(Instant::now().wall));
    std::error_code error;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        fs::rename(path.string() + suffix, aside + suffix, error);
        if (error && *suffix == '\0')
            return fail(Fault::unavailable,
                        fmt::format("{} is damaged and cannot be renamed ({}); move it away",
                                    path.string(), error.message()));
    }
    damage.push_back(
        fmt::format("{} was set aside as {}: {}; what it held can be recovered with: "
                    "sqlite3 FILE .recover",
                    path.string(), aside, file.error().text));
    return TimeFile::open(path);
}

Result<TimeFile*> TimeFiles::file_for(std::int64_t at_ms, std::vector<std::string>& damage) {
    const auto name = name_of(at_ms);
    const auto known = open_.find(name);
    if (known != open_.end()) {
        known->second.used = true;
        return known->second.file.get();
    }
    auto file = open(name, damage);
    if (!file) return tl::unexpected(file.error());
    auto note = journal_.prepare("INSERT OR IGNORE INTO target VALUES(?)");
    if (!note) return tl::unexpected(note.error());
    if (auto done = note->run(std::string_view{name}); !done) return tl::unexpected(done.error());
    ++generation_;
    return open_.emplace(name, Open{std::move(*file)}).first->second.file.get();
}

Result<void> TimeFiles::turn_to(std::int64_t at_ms) {
    const auto name = name_of(at_ms);
    if (name == newest_) return {};
    const auto before = open_.find(newest_);
    if (before != open_.end()) {
        const auto done = before->second.file->database().checkpoint();
        if (!done) return tl::unexpected(done.error());
        if (!*done)
            return fail(Fault::unavailable,
                        fmt::format("{} is being read by another program, so that its log cannot "
                                    "be moved into it",
                                    before->second.file->database().file()));
    }
    newest_ = name;
    return {};
}

Result<bool> TimeFiles::checkpoint() {
    bool all = true;
    for (auto at = open_.begin(); at != open_.end();) {
        const auto done = at->second.file->database().checkpoint();
        if (!done) return done;
        all = all && *done;
        const bool idle = *done && !std::exchange(at->second.used, false);
        at = idle ? open_.erase(at) : std::next(at);
    }
    return all;
}

void TimeFiles::wrote(std::int64_t at_ms, std::int64_t round) {
    auto& last = targets_[name_of(at_ms)];
    last = std::max(last, round);
}

Result<void> TimeFiles::forget_targets(std::int64_t first_round) {
    auto remove = journal_.prepare("DELETE FROM target WHERE name = ?");
    if (!remove) return tl::unexpected(remove.error());
    for (auto at = targets_.begin(); at != targets_.end();) {
        if (at->first == newest_ || open_.contains(at->first) || at->second >= first_round) {
            ++at;
            continue;
        }
        if (auto done = remove->run(std::string_view{at->first}); !done) return done;
        at = targets_.erase(at);
    }
    return {};
}

Result<void> TimeFiles::read_states(const std::string& name, StoredStates& states) {
    auto file = Database::open_to_read(directory_ / name);
    if (!file) return tl::unexpected(file.error());
    auto query = file->prepare("SELECT stream, round, data FROM state");
    if (!query) return tl::unexpected(query.error());
    if (newest_.empty()) newest_ = name;
    auto& last = targets_[name];
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        auto& state = states[static_cast<std::uint32_t>(query->integer(0))];
        const auto round = query->integer(1);
        last = std::max(last, round);
        if (round <= state.round) continue;
        const auto data = query->blob(2);
        state = {round, {data.begin(), data.end()}};
    }
    if (last > targets_[newest_]) newest_ = name;
    return {};
}

Result<StoredStates> TimeFiles::states(std::vector<std::string>& damage) {
    auto query = journal_.prepare("SELECT name FROM target");
    if (!query) return tl::unexpected(query.error());
    StoredStates states;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return states;
        const auto name = query->text(0);
        if (!name.starts_with(prefix_) || !fs::exists(directory_ / name)) continue;
        if (!span_of(name)) continue;
        if (auto read = read_states(name, states); !read) damage.push_back(read.error().text);
    }
}

std::optional<Span> TimeFiles::span_of(std::string_view name) const {
    if (!name.starts_with(prefix_) || !name.ends_with(".db")) return std::nullopt;
    name.remove_prefix(prefix_.size());
    name.remove_suffix(3);
    return span_of_date(name, period_);
}

std::vector<TimeFiles::Existing> TimeFiles::existing(std::int64_t from_ms,
                                                     std::int64_t to_ms) const {
    std::vector<Existing> found;
    const auto folder = (directory_ / prefix_).parent_path();
    std::error_code none;
    for (const auto& entry : fs::directory_iterator{folder, none}) {
        const auto span = span_of(entry.path().lexically_relative(directory_).string());
        if (span && span->from_ms < to_ms && span->to_ms > from_ms)
            found.push_back({entry.path(), *span});
    }
    std::ranges::sort(found, {}, [](const Existing& one) { return one.span.from_ms; });
    return found;
}

Result<void> TimeFiles::remove(const fs::path& path) {
    open_.erase(path.lexically_relative(directory_).string());
    ++generation_;
    for (const char* suffix : {"-wal", "-shm", ""}) {
        std::error_code error;
        fs::remove(path.string() + suffix, error);
        if (error)
            return fail(Fault::unavailable,
                        fmt::format("{}{} cannot be deleted: {}; check owner and mode of its "
                                    "directory",
                                    path.string(), suffix, error.message()));
    }
    return {};
}

}  // namespace frugald::samples
