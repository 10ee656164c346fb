#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/store/state_directory.h"
#include "tests/daemon/store/store_fixture.h"
#include "tests/support/small_disk.h"

using namespace frugald;
using namespace frugald::test;

namespace {

std::string refusal(const std::filesystem::path& directory) {
    const auto store = Store::open(directory);
    REQUIRE_FALSE(store);
    CHECK(store.error().fault == Fault::unavailable);
    return store.error().text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void execute(const std::filesystem::path& file, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

/// What opening says as another user, in a process of its own.
std::string refusal_as(uid_t user, const std::filesystem::path& directory) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto store = ::setuid(user) == 0 ? Store::open(directory)
                                               : fail(Fault::invalid, "cannot change the user");
        const std::string text = store ? "opened" : store.error().text;
        const bool told = ::write(ends[1], text.data(), text.size()) > 0;
        ::_exit(told ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text(4096, '\0');
    const auto got = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
}

}  // namespace

TEST_CASE("H3: a second daemon is refused and told the first one's pid") {
    const Scratch scratch;
    {
        const auto first = open_store(scratch.path());
        const auto text = refusal(scratch.path());
        CHECK(contains(text, "another frugald (pid " + std::to_string(::getpid()) + ")"));
        CHECK(contains(text, scratch.path().string()));
    }
    open_store(scratch.path());
}

TEST_CASE("a directory that cannot be used is named with the remedy") {
    const Scratch scratch;
    const auto file = scratch.write("file", "");
    CHECK(contains(refusal(file), "Not a directory; make it a directory that uid"));
    CHECK(contains(refusal(file / "below"), "Not a directory"));
    CHECK(contains(refusal(scratch.path() / "no" / "parent"), "No such file or directory"));
    if (::geteuid() != 0) {
        MESSAGE("skipped: another user's directory (needs root)");
        return;
    }
    std::filesystem::permissions(scratch.path(), std::filesystem::perms{0755});
    CHECK(contains(refusal_as(65534, scratch.path()),
                   "Permission denied; make it a directory that uid 65534 may write to"));
}

TEST_CASE("network file systems are refused") {
    CHECK(network_file_system(0x6969) == std::string{"NFS"});
    CHECK(network_file_system(static_cast<int>(0xfe534d42)) == std::string{"SMB"});
    CHECK(network_file_system(0xef53) == nullptr);
    CHECK(network_file_system(0x01021994) == nullptr);
}

TEST_CASE("a newer frugald's file and another program's are left alone") {
    const Scratch scratch;
    open_store(scratch.path());
    execute(scratch.path() / "frugald.db", "PRAGMA user_version = 99");
    CHECK(contains(refusal(scratch.path()), "newer frugald (schema 99, this one knows 3)"));
    std::filesystem::remove(scratch.path() / "frugald.db");
    execute(scratch.path() / "frugald.db", "CREATE TABLE t(x)");
    CHECK(contains(refusal(scratch.path()), "another program's database"));
}

TEST_CASE("D1: a full disk refuses new rows, keeps the old ones, and recovers") {
    const Scratch scratch;
    const SmallDisk disk{scratch.path() / "disk", "size=512k"};
    if (!disk.mounted) {
        MESSAGE("skipped: a full disk (needs root and tmpfs)");
        return;
    }
    std::vector<std::int64_t> acknowledged;
    {
        auto store = open_store(disk.path);
        Result<std::vector<std::int64_t>> ids;
        for (int i = 0; i < 20000; ++i) {
            ids = store->begin(std::vector{action_of("n1", i)});
            if (!ids) break;
            acknowledged.push_back(ids->front());
        }
        REQUIRE_FALSE(ids);
        CHECK(ids.error().fault == Fault::unavailable);
        CHECK_MESSAGE(contains(ids.error().text, "free space on its file system"),
                      ids.error().text);
        CHECK(store->open_actions()->size() == acknowledged.size());
        REQUIRE(disk.resize("size=4m"));
        CHECK(store->begin(std::vector{action_of("n1", 1)}));
    }
    const auto store = open_store(disk.path);
    CHECK(acknowledged.size() > 5);
    CHECK(store->open_actions()->size() == acknowledged.size() + 1);
}
