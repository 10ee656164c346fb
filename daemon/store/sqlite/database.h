#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/core/c_handle.h"
#include "daemon/core/result.h"

namespace frugald {

/// What a statement stands on. Valid until the statement is stepped again.
class Row {
public:
    Row(sqlite3_stmt* handle, int first) : handle_(handle), first_(first) {}
    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, at(column)); }
    double number(int column) const { return sqlite3_column_double(handle_, at(column)); }
    std::string text(int column) const;
    std::span<const std::uint8_t> blob(int column) const;
    bool is_null(int column) const {
        return sqlite3_column_type(handle_, at(column)) == SQLITE_NULL;
    }
    bool is_text(int column) const {
        return sqlite3_column_type(handle_, at(column)) == SQLITE_TEXT;
    }
    int count() const { return sqlite3_column_count(handle_) - first_; }

private:
    friend class Statement;
    int at(int column) const { return first_ + column; }
    sqlite3_stmt* handle_;
    int first_;
};

/// A prepared statement. Must go before its database.
class Statement {
public:
    /// Binds the values in order, from the first parameter on.
    template <class... Values>
    void bind(const Values&... values) {
        int at = 0;
        (bind_one(++at, values), ...);
    }
    /// True: a row can be read. False: there are no more, and the statement may be bound again.
    Result<bool> step();
    /// Ends what `step` began before its last row, and with it the read transaction.
    void reset() { sqlite3_reset(handle_.get()); }
    /// For statements without rows: bind, execute, ready for the next.
    template <class... Values>
    Result<void> run(const Values&... values) {
        bind(values...);
        if (const auto done = step(); !done) return tl::unexpected(done.error());
        return {};
    }

    /// The same with all columns of a row of another statement.
    Result<void> run_with(const Row& row);

    std::int64_t integer(int column) const { return row().integer(column); }
    double number(int column) const { return row().number(column); }
    std::string text(int column) const { return row().text(column); }
    /// Valid until the statement is stepped again.
    std::span<const std::uint8_t> blob(int column) const { return row().blob(column); }
    bool is_null(int column) const { return row().is_null(column); }
    /// The row it stands on, from this column on.
    Row row(int first = 0) const { return Row{handle_.get(), first}; }

private:
    friend class Database;
    explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
    void bind_one(int at, std::int64_t value) { sqlite3_bind_int64(handle_.get(), at, value); }
    void bind_one(int at, double value) { sqlite3_bind_double(handle_.get(), at, value); }
    /// `value` must live until the statement has been stepped.
    void bind_one(int at, std::string_view value);
    void bind_one(int at, std::span<const std::uint8_t> value);
    template <class Value>
    void bind_one(int at, const std::optional<Value>& value) {
        if (value)
            bind_one(at, *value);
        else
            sqlite3_bind_null(handle_.get(), at);
    }

    CHandle<sqlite3_stmt, sqlite3_finalize> handle_;
};

enum class Durability {
    every_commit,  // a finished transaction survives a power cut
    consistent,    // a power cut may take the last transactions, never the file
};

/// One SQLite file in WAL mode. Errors name the file and the remedy: Fault::unparsable for damage,
/// Fault::invalid for a row that breaks a rule of its table, Fault::unavailable for all else.
class Database {
public:
    static Result<Database> open(const std::filesystem::path& file, Durability durability,
                                 int page_bytes);
    /// An existing file that another connection may be writing to.
    static Result<Database> open_to_read(const std::filesystem::path& file);
    /// A file that nobody writes to, as in a backup: no lock is taken, no file made beside it, and
    /// a write-ahead log is not looked at.
    static Result<Database> open_at_rest(const std::filesystem::path& file);
    /// An empty one, in no file.
    static Result<Database> in_memory();

    Result<void> execute(const char* sql);
    Result<Statement> prepare(const char* sql);
    /// Whether the last connection to go moves the write-ahead log into the file, as is usual.
    void checkpoint_on_close(bool wanted) {
        sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !wanted, nullptr);
    }
    /// Rows changed by the last statement.
    int changes() const { return sqlite3_changes(handle_.get()); }
    std::string_view file() const { return sqlite3_db_filename(handle_.get(), "main"); }
    /// Moves what the write-ahead log holds into the file and syncs it. False: a reader was in the
    /// way of a part of it.
    Result<bool> checkpoint();
    /// The whole file as of one moment, in a new file at `target`, whatever others write meanwhile;
    /// synced. `progress` gets the part that is done, 0..1; returning false ends it
    /// (Fault::cancelled). What is left of a copy that failed must not be used.
    Result<void> copy_to(const std::filesystem::path& target,
                         const std::function<bool(double)>& progress = {});
    /// What SQLite finds wrong with the file's structure; empty: nothing. `indexes`: also whether
    /// they agree with their tables, which takes longer.
    Result<std::string> structure_damage(bool indexes = false);
    std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

    /// Everything that `work` (returning Result<void>) does, or nothing of it. Inside another
    /// transaction it is a part of that one: whoever began it must fail when this fails.
    template <class Work>
    Result<void> transaction(Work work) {
        if (!sqlite3_get_autocommit(handle_.get())) return work();
        if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
        auto done = work();
        if (done) done = execute("COMMIT");
        // Fails when SQLite has already rolled back by itself (disk full), which is as good.
        if (!done) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        return done;
    }

private:
    explicit Database(sqlite3* handle) : handle_(handle) {}
    static Result<Database> open_uri(const std::filesystem::path& file, std::string_view how);
    Result<void> use_wal();

    CHandle<sqlite3, sqlite3_close_v2> handle_;
};

/// What SQLite last said about `handle`, in our words.
Error database_error(sqlite3* handle);

}  // namespace frugald
