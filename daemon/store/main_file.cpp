#include "daemon/store/main_file.h"

#include <fmt/format.h>

#include "daemon/store/map.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite/replace.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> damaged(const fs::path& file, const char* how) {
    return fail(Fault::unparsable, fmt::format("{} is damaged: {}", file.string(), how));
}

/// SQLite takes a file without a byte for a new one, and throws its log away.
bool was_emptied(const fs::path& file) {
    std::error_code none;
    if (!fs::exists(file, none) || fs::file_size(file, none) > 0) return false;
    const auto log = fs::file_size(file.string() + "-wal", none);
    return (!none && log > 0) || fs::exists(file.parent_path() / "journal.db", none);
}

Result<void> check_map(Database& database) {
    MapTable map{database};
    const auto state = map.state();
    if (!state) return tl::unexpected(state.error());
    if (*state == MapTable::State::unknown) return map.adopt();
    if (*state == MapTable::State::whole) return {};
    return damaged(std::string{database.file()},
                   "what it keeps (holds, modes, limits) is not what was written");
}

}  // namespace

Result<Database> open_main_file(const fs::path& file) {
    if (auto done = finish_replacement(file); !done) return tl::unexpected(done.error());
    if (was_emptied(file)) return damaged(file, "it is empty");
    auto database = Database::open(file, Durability::every_commit, main_page_bytes);
    if (!database) return database;
    database->checkpoint_on_close(false);
    auto done = prepare_main_schema(*database);
    if (done) done = check_map(*database);
    if (!done) return tl::unexpected(done.error());
    database->checkpoint_on_close(true);
    return database;
}

}  // namespace frugald
