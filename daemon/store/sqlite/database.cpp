#include "daemon/store/sqlite/database.h"

#include <fmt/format.h>

#include <array>
#include <fstream>

namespace frugald {

namespace {

std::string_view remedy(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "; free space on its file system";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "; the file is damaged: stop frugald and run: frugalctl db recover";
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return "; check owner and mode of the file and its directory";
        case SQLITE_IOERR:
            return "; check the disk and the kernel's log";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "; another program holds the file: end it";
        default:
            return "";
    }
}

/// Paths may hold what means something in a URI.
std::string uri_of(const std::filesystem::path& file, std::string_view how) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(file).string())
        uri += c == '?' || c == '#' || c == '%'
                   ? fmt::format("%{:02x}", static_cast<unsigned char>(c))
                   : std::string{c};
    return uri.append(how);
}

std::uint32_t big_endian(const std::array<unsigned char, 100>& bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8U | bytes[at + i];
    return number;
}

/// Numbers of the header (sqlite.org/fileformat2.html, 1.3) that SQLite does not take for damage,
/// but for a file that may not be written to or is another release's.
bool header_is_damaged(const std::filesystem::path& file) {
    std::array<unsigned char, 100> head{};
    std::ifstream in{file, std::ios::binary};
    if (!in.read(reinterpret_cast<char*>(head.data()), head.size())) return false;
    constexpr std::uint32_t newest_format = 4, utf8 = 1;
    return head[18] > 2 || head[19] > 2 || big_endian(head, 44) > newest_format ||
           big_endian(head, 56) > utf8;
}

Fault fault_of(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_TOOBIG:  // nothing that long is ever written
            return Fault::unparsable;
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
            return Fault::invalid;
        default:
            return Fault::unavailable;
    }
}

}  // namespace

Error database_error(sqlite3* handle) {
    const int code = sqlite3_extended_errcode(handle);
    const char* file = sqlite3_db_filename(handle, "main");
    return {fault_of(code), fmt::format("{}: {} (SQLite error {}){}", file ? file : "database",
                                        sqlite3_errmsg(handle), code, remedy(code))};
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        sqlite3_reset(handle_.get());
        return false;
    }
    auto error = database_error(sqlite3_db_handle(handle_.get()));
    sqlite3_reset(handle_.get());
    return tl::unexpected(std::move(error));
}

std::string Row::text(int column) const {
    const auto* bytes = sqlite3_column_text(handle_, at(column));
    if (!bytes) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, at(column)))};
}

std::span<const std::uint8_t> Row::blob(int column) const {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, at(column)));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, at(column)))};
}

Result<void> Statement::run_with(const Row& row) {
    const int count = sqlite3_bind_parameter_count(handle_.get());
    for (int i = 0; i < count; ++i)
        sqlite3_bind_value(handle_.get(), i + 1, sqlite3_column_value(row.handle_, row.at(i)));
    if (const auto done = step(); !done) return tl::unexpected(done.error());
    return {};
}

void Statement::bind_one(int at, std::span<const std::uint8_t> value) {
    sqlite3_bind_blob64(handle_.get(), at,
                        value.data() ? static_cast<const void*>(value.data()) : "", value.size(),
                        SQLITE_STATIC);
}

void Statement::bind_one(int at, std::string_view value) {
    // A null pointer would bind NULL.
    const char* bytes = value.data() ? value.data() : "";
    sqlite3_bind_text64(handle_.get(), at, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

Result<Database> Database::open(const std::filesystem::path& file, Durability durability,
                                int page_bytes) {
    if (header_is_damaged(file))
        return fail(Fault::unparsable,
                    fmt::format("{} is damaged: its header cannot be", file.string()));
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE,
        nullptr);
    Database database{handle};
    if (code != SQLITE_OK) return tl::unexpected(database_error(handle));
    sqlite3_busy_timeout(handle, 5000);
    const auto settings = fmt::format(
        "PRAGMA page_size = {}; PRAGMA synchronous = {}; PRAGMA temp_store = MEMORY;"
        "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16000;"
        "PRAGMA journal_size_limit = 67108864",
        page_bytes, durability == Durability::every_commit ? "FULL" : "NORMAL");
    if (auto done = database.execute(settings.c_str()); !done) return tl::unexpected(done.error());
    if (auto done = database.use_wal(); !done) return tl::unexpected(done.error());
    return database;
}

Result<Database> Database::open_to_read(const std::filesystem::path& file) {
    return open_uri(file, "?mode=ro");
}

Result<Database> Database::open_at_rest(const std::filesystem::path& file) {
    return open_uri(file, "?immutable=1");
}

Result<Database> Database::open_uri(const std::filesystem::path& file, std::string_view how) {
    if (header_is_damaged(file))
        return fail(Fault::unparsable,
                    fmt::format("{} is damaged: its header cannot be", file.string()));
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(uri_of(file, how).c_str(), &handle,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database{handle};
    if (code != SQLITE_OK) return tl::unexpected(database_error(handle));
    sqlite3_busy_timeout(handle, 5000);
    // Whoever only reads does not move the log into the file, which may be damaged.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    auto done = database.execute("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -1000");
    if (!done) return tl::unexpected(done.error());
    return database;
}

Result<Database> Database::in_memory() {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open(":memory:", &handle);
    Database database{handle};
    if (code != SQLITE_OK) return tl::unexpected(database_error(handle));
    return database;
}

Result<bool> Database::checkpoint() {
    int frames = 0, moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               &frames, &moved);
    if (code != SQLITE_OK) return tl::unexpected(database_error(handle_.get()));
    return frames == moved;
}

Result<void> Database::use_wal() {
    auto ask = prepare("PRAGMA journal_mode = WAL");
    if (!ask) return tl::unexpected(ask.error());
    const auto row = ask->step();
    if (!row) return tl::unexpected(row.error());
    if (ask->text(0) == "wal") return {};
    return fail(Fault::unavailable, fmt::format("{}: this file system does not allow SQLite's "
                                                "write-ahead log; use a local disk",
                                                file()));
}

Result<void> Database::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return tl::unexpected(database_error(handle_.get()));
}

Result<Statement> Database::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
        return tl::unexpected(database_error(handle_.get()));
    return Statement{statement};
}

}  // namespace frugald
