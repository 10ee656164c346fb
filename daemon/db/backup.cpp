#include "daemon/db/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/db/manifest.h"
#include "daemon/store/sqlite/database.h"
#include "daemon/store/sqlite/replace.h"

namespace frugald::db {

namespace {

namespace fs = std::filesystem;

std::uint64_t size_of(const fs::path& file) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    return none ? 0 : size;
}

bool is_inside(const fs::path& path, const fs::path& directory) {
    const auto whole = fs::weakly_canonical(path), outer = fs::weakly_canonical(directory);
    return std::ranges::mismatch(outer, whole).in1 == outer.end();
}

class Backup {
public:
    Backup(const BackupPlan& plan, const BackupSink& sink) : plan_(plan), sink_(sink) {}
    Result<void> run();

private:
    Result<void> prepare();
    Result<void> require_room(const std::vector<StoreFile>& files) const;
    bool is_same(const std::string& name) const;
    Result<void> save(const std::string& name);
    Result<bool> copy_bytes(const fs::path& from, const fs::path& to) const;
    Result<void> copy_pages(const std::string& name, const fs::path& from,
                            const fs::path& to) const;
    Result<void> verify(const fs::path& copy) const;

    const BackupPlan& plan_;
    const BackupSink& sink_;
    Manifest manifest_;
};

Result<void> Backup::run() {
    const auto files = files_in(plan_.directory);
    if (!files) return tl::unexpected(files.error());
    if (auto done = prepare(); !done) return done;
    manifest_ = Manifest::read(plan_.target);
    if (auto done = require_room(*files); !done) return done;
    // In this order: the journal drops a round when the other files have it, so what is missing
    // in its copy is in theirs.
    std::size_t damaged = 0;
    for (const auto& file : *files) {
        BackedUp one{.name = file.name, .copied = !is_same(file.name)};
        const auto done = one.copied ? save(file.name) : Result<void>{};
        if (!done && done.error().fault != Fault::unparsable) return done;
        if (!done) one.damage = done.error().text;
        damaged += !done;
        one.bytes = size_of(plan_.target / file.name);
        if (sink_.file) sink_.file(one);
    }
    if (auto done = manifest_.write(plan_.target); !done || damaged == 0) return done;
    return fail(Fault::unparsable,
                fmt::format("{} files are damaged: frugalctl db check", damaged));
}

Result<void> Backup::prepare() {
    if (is_inside(plan_.target, plan_.directory))
        return fail(Fault::invalid,
                    fmt::format("{} is in the state directory {}: a backup belongs on another "
                                "disk or machine",
                                plan_.target.string(), plan_.directory.string()));
    std::error_code error;
    fs::create_directories(plan_.target / "raw", error);
    if (!error) fs::permissions(plan_.target, fs::perms::owner_all, error);
    if (!error) return {};
    return fail(Fault::unavailable,
                fmt::format("cannot use {}: {}", plan_.target.string(), error.message()));
}

Result<void> Backup::require_room(const std::vector<StoreFile>& files) const {
    std::uint64_t needed = 0;
    for (const auto& file : files) {
        const auto path = plan_.directory / file.name;
        if (!is_same(file.name)) needed += size_of(path) + size_of(path.string() + "-wal");
    }
    std::error_code unknown;
    const auto space = fs::space(plan_.target, unknown);
    if (unknown || space.available >= needed) return {};
    return fail(Fault::unavailable,
                fmt::format("{} has {} bytes free and {} are needed; free space there, or name "
                            "another directory",
                            plan_.target.string(), space.available, needed));
}

bool Backup::is_same(const std::string& name) const {
    const auto stamp = stamp_of(plan_.directory / name);
    return stamp && manifest_.has(name, *stamp) && size_of(plan_.target / name) == stamp->bytes;
}

Result<void> Backup::save(const std::string& name) {
    const auto from = plan_.directory / name, to = plan_.target / name;
    const fs::path part = to.string() + ".part";
    std::error_code error;
    for (const char* suffix : {"", "-journal", "-wal", "-shm"})
        fs::remove(part.string() + suffix, error);
    const auto stamp = stamp_of(from);
    const auto whole = stamp ? copy_bytes(from, part) : Result<bool>{false};
    if (!whole) return tl::unexpected(whole.error());
    if (!*whole)
        if (auto done = copy_pages(name, from, part); !done) return done;
    if (auto done = sync_file(part); !done) return done;
    if (auto done = verify(part); !done) return done;
    fs::rename(part, to, error);
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("cannot write {}: {}", to.string(), error.message()));
    if (auto done = sync_directory(to.parent_path()); !done) return done;
    manifest_.set(name, *whole ? stamp : std::nullopt);
    return manifest_.write(plan_.target);
}

/// For a file that nobody writes to any more. False: somebody did.
Result<bool> Backup::copy_bytes(const fs::path& from, const fs::path& to) const {
    const auto before = stamp_of(from);
    std::error_code error;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error)
        return fail(Fault::unavailable, fmt::format("cannot copy {} to {}: {}", from.string(),
                                                    to.string(), error.message()));
    const auto after = stamp_of(from);
    if (before && after == before) return true;
    fs::remove(to, error);
    return false;
}

Result<void> Backup::copy_pages(const std::string& name, const fs::path& from,
                                const fs::path& to) const {
    auto database = Database::open_to_read(from);
    if (!database) return tl::unexpected(database.error());
    const auto progress = [&](double part) {
        if (sink_.progress) sink_.progress(name, part);
        return true;
    };
    return database->copy_to(to, progress);
}

Result<void> Backup::verify(const fs::path& copy) const {
    auto database = Database::open_at_rest(copy);
    if (!database) return tl::unexpected(database.error());
    const auto wrong = database->structure_damage();
    if (!wrong) return tl::unexpected(wrong.error());
    if (wrong->empty()) return {};
    return fail(Fault::unparsable, fmt::format("{} is damaged: {}", copy.string(), *wrong));
}

}  // namespace

Result<void> backup(const BackupPlan& plan, const BackupSink& sink) {
    return Backup{plan, sink}.run();
}

}  // namespace frugald::db
