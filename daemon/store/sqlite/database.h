#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/core/c_handle.h"
#include "daemon/core/result.h"

namespace frugald {

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

    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
    double number(int column) const { return sqlite3_column_double(handle_.get(), column); }
    std::string text(int column) const;
    /// Valid until the statement is stepped again.
    std::span<const std::uint8_t> blob(int column) const;
    bool is_null(int column) const {
        return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
    }

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

/// One SQLite file in WAL mode. Errors are Fault::unavailable and name the file and the remedy.
class Database {
public:
    static Result<Database> open(const std::filesystem::path& file, Durability durability,
                                 int page_bytes);
    /// An existing file that another connection may be writing to.
    static Result<Database> open_to_read(const std::filesystem::path& file);
    /// True for a file that is no SQLite database or whose first pages are damaged; false for a
    /// sound one and for one that cannot be opened at all.
    static bool is_damaged(const std::filesystem::path& file);

    Result<void> execute(const char* sql);
    Result<Statement> prepare(const char* sql);
    /// Rows changed by the last statement.
    int changes() const { return sqlite3_changes(handle_.get()); }
    std::string_view file() const { return sqlite3_db_filename(handle_.get(), "main"); }
    /// Moves what the write-ahead log holds into the file and syncs it. False: a reader was in the
    /// way of a part of it.
    Result<bool> checkpoint();
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
    Result<void> use_wal();

    CHandle<sqlite3, sqlite3_close_v2> handle_;
};

/// What SQLite last said about `handle`, in our words.
Error database_error(sqlite3* handle);

}  // namespace frugald
