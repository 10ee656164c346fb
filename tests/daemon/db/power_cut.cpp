#include "tests/daemon/db/power_cut.h"

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <random>
#include <vector>

namespace frugald::test {

namespace {

struct Write {
    std::int64_t at = 0;
    std::string before{};  // shorter than what was written where the file ended
    std::size_t size = 0;
};

struct Disk {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};
    std::map<std::string, std::vector<Write>> unsynced{};
    std::uint64_t left = UINT64_MAX;  // operations until the power goes
    std::mt19937_64 random{};

    bool dark() {
        if (left > 0 && left != UINT64_MAX) --left;
        return left == 0;
    }
};

Disk disk;

struct File {
    sqlite3_file base{};
    std::string* name = nullptr;
    sqlite3_file* real = nullptr;
};

File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return of(file).real; }

int close(sqlite3_file* file) {
    const int code = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    delete of(file).name;
    return code;
}
int read(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), into, size, at);
}
int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    if (disk.dark()) return SQLITE_IOERR_WRITE;
    sqlite3_int64 end = 0;
    real(file)->pMethods->xFileSize(real(file), &end);
    Write undo{.at = at, .size = static_cast<std::size_t>(size)};
    if (at < end)
        undo.before.resize(static_cast<std::size_t>(std::min<sqlite3_int64>(size, end - at)));
    if (!undo.before.empty())
        real(file)->pMethods->xRead(real(file), undo.before.data(),
                                    static_cast<int>(undo.before.size()), at);
    const int code = real(file)->pMethods->xWrite(real(file), bytes, size, at);
    if (of(file).name) disk.unsynced[*of(file).name].push_back(std::move(undo));
    return code;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (disk.dark()) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int) {
    if (disk.dark()) return SQLITE_IOERR_FSYNC;
    if (of(file).name) disk.unsynced.erase(*of(file).name);
    return SQLITE_OK;  // the kernel's own is not asked: this process does not lose power
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int how) { return real(file)->pMethods->xLock(real(file), how); }
int unlock(sqlite3_file* file, int how) { return real(file)->pMethods->xUnlock(real(file), how); }
int is_reserved(sqlite3_file* file, int* answer) {
    return real(file)->pMethods->xCheckReservedLock(real(file), answer);
}
int control(sqlite3_file* file, int what, void* with) {
    return real(file)->pMethods->xFileControl(real(file), what, with);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int traits(sqlite3_file*) { return 0; }  // no write is atomic
int map(sqlite3_file* file, int page, int size, int extend, void volatile** at) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, at);
}
int shared_lock(sqlite3_file* file, int at, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), at, count, flags);
}
void barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods methods{2,       close,       read,    write,  truncate,
                                 sync,    file_size,   lock,    unlock, is_reserved,
                                 control, sector_size, traits,  map,    shared_lock,
                                 barrier, unmap,       nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto& one = *new (file) File{};
    one.real = reinterpret_cast<sqlite3_file*>(&one + 1);
    const int code = disk.real->xOpen(disk.real, name, one.real, flags, out_flags);
    if (one.real->pMethods) one.base.pMethods = &methods;
    if (name && one.real->pMethods) one.name = new std::string{name};
    return code;
}
int remove(sqlite3_vfs*, const char* name, int sync_directory) {
    if (disk.dark()) return SQLITE_IOERR_DELETE;
    disk.unsynced.erase(name);
    return disk.real->xDelete(disk.real, name, sync_directory);
}

void put_back(const std::string& name, const Write& one) {
    std::fstream file{name, std::ios::in | std::ios::out | std::ios::binary};
    std::string bytes = one.before;
    bytes.resize(one.size, '\0');  // what the file system gives for a block that never came
    file.seekp(one.at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

PowerCut::PowerCut(std::uint64_t seed) {
    disk.real = sqlite3_vfs_find(nullptr);
    disk.random.seed(seed);
    disk.vfs = *disk.real;
    disk.vfs.zName = "power_cut";
    disk.vfs.szOsFile = static_cast<int>(sizeof(File)) + disk.real->szOsFile;
    disk.vfs.xOpen = open;
    disk.vfs.xDelete = remove;
    sqlite3_vfs_register(&disk.vfs, 1);
}

PowerCut::~PowerCut() {
    sqlite3_vfs_unregister(&disk.vfs);
    sqlite3_vfs_register(disk.real, 1);
    disk.unsynced.clear();
    disk.left = UINT64_MAX;
}

void PowerCut::cut_after(std::uint64_t operations) { disk.left = operations; }
bool PowerCut::is_dark() const { return disk.left == 0; }

std::uint64_t PowerCut::restore() {
    std::uint64_t lost = 0;
    for (const auto& [name, writes] : disk.unsynced) {
        const bool all = disk.random() % 2 == 0;
        for (auto one = writes.rbegin(); one != writes.rend(); ++one) {
            if (!all && disk.random() % 2 == 0) continue;
            put_back(name, *one);
            ++lost;
        }
        // Memory does not survive.
        if (name.ends_with("-wal"))
            std::filesystem::remove(name.substr(0, name.size() - 4) + "-shm");
    }
    disk.unsynced.clear();
    disk.left = UINT64_MAX;
    return lost;
}

}  // namespace frugald::test
