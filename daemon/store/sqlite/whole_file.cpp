// What is done with a file as a whole.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/sqlite/database.h"

namespace frugald {

namespace {

constexpr int pages_at_once = 512;

using Backup = CHandle<sqlite3_backup, sqlite3_backup_finish>;

}  // namespace

Result<void> Database::copy_to(const std::filesystem::path& target,
                               const std::function<bool(double)>& progress) {
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(
        target.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE,
        nullptr);
    const Database copy{handle};
    if (opened != SQLITE_OK) return tl::unexpected(database_error(handle));
    // A transaction of our own, or every write of others would make the copy begin anew.
    auto hold = prepare("SELECT count(*) FROM sqlite_schema");
    if (auto begun = execute("BEGIN"); !begun) return begun;
    Result<void> done{};
    if (const auto row = hold ? hold->step() : Result<bool>{tl::unexpected(hold.error())}; !row)
        done = tl::unexpected(row.error());
    Backup backup{done ? sqlite3_backup_init(handle, "main", handle_.get(), "main") : nullptr};
    if (done && !backup) done = tl::unexpected(database_error(handle));
    for (int code = SQLITE_OK; done && code != SQLITE_DONE;) {
        code = sqlite3_backup_step(backup.get(), pages_at_once);
        const double pages = std::max(sqlite3_backup_pagecount(backup.get()), 1);
        if (code != SQLITE_OK && code != SQLITE_DONE) {
            backup.reset();  // tells both connections what went wrong
            done = tl::unexpected(sqlite3_errcode(handle) != SQLITE_OK
                                      ? database_error(handle)
                                      : database_error(handle_.get()));
        } else if (progress && !progress(1 - sqlite3_backup_remaining(backup.get()) / pages)) {
            done = fail(Fault::cancelled, fmt::format("the copy of {} was ended", file()));
        }
    }
    backup.reset();
    if (hold) hold->reset();
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return done;
}

Result<std::string> Database::structure_damage(bool indexes) {
    auto check = prepare(indexes ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
    Result<bool> row = check ? check->step() : Result<bool>{tl::unexpected(check.error())};
    if (!row && row.error().fault == Fault::unparsable) return row.error().text;
    if (!row) return tl::unexpected(row.error());
    auto verdict = check->text(0);
    std::ranges::replace(verdict, '\n', ' ');
    check->reset();
    return verdict == "ok" ? std::string{} : std::move(verdict);
}

}  // namespace frugald
