#include "daemon/store/samples/time_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/samples/bound_row.h"
#include "daemon/store/sqlite/replace.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

namespace fs = std::filesystem;

}  // namespace

const char* const target_table = "CREATE TABLE target(name TEXT PRIMARY KEY) STRICT;";

TimeFiles::TimeFiles(fs::path directory, std::string prefix, Period period, Database& journal,
                     const Catalogue& catalogue)
    : directory_(std::move(directory)),
      prefix_(std::move(prefix)),
      period_(period),
      journal_(journal),
      catalogue_(catalogue) {}

std::string TimeFiles::name_of(std::int64_t at_ms) const {
    return prefix_ + date_of(at_ms, period_) + ".db";
}

Result<std::unique_ptr<TimeFile>> TimeFiles::open(const std::string& name,
                                                  std::vector<std::string>& damage) {
    const auto path = directory_ / name;
    auto file = TimeFile::open(path, catalogue_);
    if (file || file.error().fault != Fault::unparsable) return file;
    const auto aside = set_aside(path);
    if (!aside) return tl::unexpected(aside.error());
    damage.push_back(
        fmt::format("{} was set aside as {}: {}; what it held can be recovered with: "
                    "sqlite3 FILE .recover",
                    path.string(), aside->string(), file.error().text));
    return TimeFile::open(path, catalogue_);
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

/// False: not all of them could be read.
Result<bool> TimeFiles::read_states(const std::string& name, StoredStates& states) {
    auto file = Database::open_to_read(directory_ / name);
    if (!file) return tl::unexpected(file.error());
    const auto version = schema_version(*file, time_file_schema);
    if (!version) return tl::unexpected(version.error());
    if (*version == 0) return true;  // the power went before anything of it was on disk
    auto query = file->prepare("SELECT stream, round, data FROM state");
    if (!query) return fail(Fault::unparsable, query.error().text);
    if (newest_.empty()) newest_ = name;
    auto& last = targets_[name];
    bool all = true;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        const auto stream = query->integer(0), round = query->integer(1);
        const auto data = open_state(stream, round, query->blob(2));
        const bool possible = stream > 0 && stream <= Catalogue::most_streams && round >= 0;
        all = all && data && possible;
        if (!data || !possible) continue;
        last = std::max(last, round);
        auto& state = states[static_cast<std::uint32_t>(stream)];
        if (round > state.round) state = {round, {data->begin(), data->end()}};
    }
    if (last > targets_[newest_]) newest_ = name;
    return all;
}

/// Those of the journal, and the newest two there are: after a restored backup the journal may not
/// know them.
Result<std::vector<std::string>> TimeFiles::targets_to_read() const {
    auto query = journal_.prepare("SELECT name FROM target");
    if (!query) return tl::unexpected(query.error());
    std::vector<std::string> names;
    const auto files = existing(-always, always);
    for (std::size_t i = files.size() < 2 ? 0 : files.size() - 2; i < files.size(); ++i)
        names.push_back(files[i].path.lexically_relative(directory_).string());
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return names;
        auto name = query->text(0);
        if (span_of(name) && fs::exists(directory_ / name) && !std::ranges::count(names, name))
            names.push_back(std::move(name));
    }
}

Result<TimeFiles::Found> TimeFiles::states(std::vector<std::string>& damage) {
    const auto names = targets_to_read();
    if (!names) return tl::unexpected(names.error());
    Found found;
    for (const auto& name : *names) {
        const auto read = read_states(name, found.states);
        if (read && *read) continue;
        // A disk that fails now may not later: to go on without states would store things twice.
        if (!read && read.error().fault == Fault::unavailable) return tl::unexpected(read.error());
        damage.push_back(read ? fmt::format("{}: how far streams had got is damaged", name)
                              : read.error().text);
        found.unreadable.push_back(directory_ / name);
    }
    return found;
}

void TimeFiles::upgrade_all(std::vector<std::string>& damage) {
    for (const auto& one : existing(-always, always)) {
        const auto done = TimeFile::open(one.path, catalogue_);
        if (!done) damage.push_back(done.error().text);
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
