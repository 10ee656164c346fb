#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "daemon/store/check_main_file.h"
#include "daemon/store/main_file.h"
#include "tests/daemon/store/store_fixture.h"

using namespace frugald;

namespace fs = std::filesystem;

namespace {

constexpr int pages = 4096;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void execute(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

void overwrite(const fs::path& file, std::uint64_t at, const std::string& bytes) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(static_cast<std::streamoff>(at));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Actions, holds and an audit of so many each.
void fill(const fs::path& directory, int count) {
    auto store = open_store(directory);
    std::vector<ActionRecord> records;
    std::vector<HistoryEntry> entries;
    std::vector<StoredEvent> events;
    for (int i = 0; i < count; ++i) {
        const auto node = fmt::format("n{}", i);
        records.push_back(action_of(node, i));
        entries.push_back({.at = {}, .kind = "stop", .node = node, .fields = {{"why", node}}});
        events.push_back({.at = {}, .node = node, .kind = "hook", .text = "text of " + node});
    }
    REQUIRE(store->begin(records));
    REQUIRE(store->append_audit(entries));
    REQUIRE(store->record(events));
    const auto holds = [&]() -> Result<void> {
        for (int i = 0; i < count; ++i)
            if (auto done = store->put("hold", fmt::format("n{}", i), "0;;admin\nfan"); !done)
                return done;
        return {};
    };
    REQUIRE(store->together(holds));
}

/// The page that a table or an index begins with, as SQLite says.
std::uint64_t root_of(const fs::path& file, const char* name) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
    sqlite3_stmt* query = nullptr;
    const auto sql = fmt::format("SELECT rootpage FROM sqlite_schema WHERE name = '{}'", name);
    REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &query, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(query) == SQLITE_ROW);
    const auto page = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(database);
    return static_cast<std::uint64_t>(page);
}

/// How the damage was judged: "certain", "uncertain", "" for none.
std::string judgement(Store& store) {
    const auto damage = store.all(Store::damage_space);
    REQUIRE(damage);
    return damage->empty() ? "" : damage->front().first;
}

std::size_t set_aside_in(const fs::path& directory) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{directory}) {
        const auto name = entry.path().filename().string();
        count += contains(name, "frugald.db.damaged-") && !name.ends_with("-wal") &&
                 !name.ends_with("-shm");
    }
    return count;
}

}  // namespace

TEST_CASE("D3: a file that is no database, or empty, is set aside, and no hold is believed lost") {
    for (const auto& content : {std::string(8192, 'x'), std::string{}}) {
        const Scratch scratch;
        scratch.write("frugald.db", content);
        scratch.write("journal.db", "");
        const auto store = open_store(scratch.path());
        CHECK(judgement(*store) == "uncertain");
        CHECK(set_aside_in(scratch.path()) == 1);
        CHECK(store->begin(std::vector{action_of("n1", 1)}));
    }
    const Scratch scratch;
    CHECK(judgement(*open_store(scratch.path())).empty());
}

TEST_CASE("D3: release of limits after a crash leaves a damaged file to the next start") {
    const Scratch scratch;
    scratch.write("frugald.db", std::string(8192, 'x'));
    const auto store = Store::open(scratch.path(), OnDamage::refuse);
    REQUIRE_FALSE(store);
    CHECK(store.error().fault == Fault::unparsable);
    CHECK(set_aside_in(scratch.path()) == 0);
}

TEST_CASE("D3: rows around damaged pages are kept, and numbers are not used again") {
    const Scratch scratch;
    fill(scratch.path(), 2000);
    const auto file = scratch.path() / "frugald.db";
    const auto root = root_of(file, "action");
    // Leaves of the table lie behind its root; every tenth page of the file goes.
    for (auto page = root + 20; page < fs::file_size(file) / pages; page += 10)
        overwrite(file, (page - 1) * pages, std::string(pages, 'x'));
    const auto store = open_store(scratch.path());
    CHECK(set_aside_in(scratch.path()) == 1);
    const auto rows = store->actions({.most = 100'000});
    REQUIRE(rows);
    MESSAGE(rows->size() << " of 2000 actions");
    CHECK(rows->size() > 1500);
    for (const auto& row : *rows)
        if (row.record.action == "off") CHECK(row.record.node == fmt::format("n{}", row.id - 1));
    const auto next = store->begin(std::vector{action_of("n1", 1)});
    REQUIRE(next);
    CHECK(next->front() > 2000);
    const auto proof = store->verify_audit({}, SIZE_MAX);
    REQUIRE(proof);
    CHECK(proof->broken_id > 0);
}

TEST_CASE("D3: damage beside the map leaves its holds certain") {
    const Scratch scratch;
    fill(scratch.path(), 300);
    const auto file = scratch.path() / "frugald.db";
    overwrite(file, (root_of(file, "event_by_node") - 1) * pages, std::string(200, 'x'));
    const auto store = open_store(scratch.path());
    CHECK(judgement(*store) == "certain");
    CHECK(store->all("hold")->size() == 300);
    CHECK(store->open_actions()->size() == 300);
    CHECK(store->verify_audit({}, SIZE_MAX)->broken_id == 0);
}

TEST_CASE("D3: a hold that was taken out, added or changed past frugald is missed") {
    const std::pair<const char*, const char*> changes[] = {
        {"a hold is gone", "DELETE FROM entry WHERE space = 'hold' AND key = 'n7'"},
        {"a hold is another node's",
         "UPDATE entry SET key = 'm7' WHERE space = 'hold' AND key = 'n7'"},
        {"a hold came", "INSERT INTO entry VALUES('hold', 'm7', '')"},
        {"its end was changed", "UPDATE entry SET value = '0;1;admin' WHERE key = 'n7'"},
        {"the digest is not one", "UPDATE entry SET value = 'x' WHERE space = 'entry'"},
    };
    for (const auto& [says, sql] : changes) {
        CAPTURE(says);
        const Scratch scratch;
        fill(scratch.path(), 20);
        execute(scratch.path() / "frugald.db", sql);
        const auto store = open_store(scratch.path());
        CHECK(judgement(*store) == "uncertain");
        CHECK(store->all("hold")->size() >= 19);
    }
}

TEST_CASE("D3: an audit whose end was lost does not close over it") {
    const Scratch scratch;
    fill(scratch.path(), 400);
    const auto file = scratch.path() / "frugald.db";
    overwrite(file, (root_of(file, "audit") - 1) * pages, std::string(pages, 'x'));
    const auto store = open_store(scratch.path());
    REQUIRE(store->append_audit(std::vector{HistoryEntry{.at = {}, .kind = "stop"}}));
    const auto proof = store->verify_audit({}, SIZE_MAX);
    REQUIRE(proof);
    CHECK(proof->broken_id == 1);
    CHECK(store->audit({})->back().id > 400);
}

TEST_CASE("D3: a crash in the middle of a recovery is mended by the next start") {
    const Scratch scratch;
    const auto file = scratch.path() / "frugald.db";
    fill(scratch.path(), 20);
    REQUIRE(recover_main_file(file, "a test"));
    // As it is between the renaming of the damaged file and of the new one.
    fs::rename(file, file.string() + ".new");
    scratch.write("frugald.db-wal", "the damaged file's");
    const auto store = open_store(scratch.path());
    CHECK(store->all("hold")->size() == 20);
    CHECK(judgement(*store) == "certain");
    bool kept = false;
    for (const auto& entry : fs::directory_iterator{scratch.path()})
        kept = kept || (contains(entry.path().filename().string(), ".damaged-") &&
                        entry.path().string().ends_with("-wal"));
    CHECK(kept);
}

TEST_CASE("D3: 1000 times damaged pages: a start is possible, and no hold is silently lost") {
    const Scratch scratch;
    const auto good = scratch.path() / "good";
    fill(good, 60);
    const auto original = open_store(good)->all("hold");
    REQUIRE(original);
    std::mt19937 random{9};
    int damaged = 0, lost = 0;
    for (int round = 0; round < 1000; ++round) {
        const auto bad = scratch.path() / "bad";
        fs::remove_all(bad);
        fs::copy(good, bad);
        const auto file = bad / "frugald.db";
        const auto size = fs::file_size(file);
        for (auto count = 1 + random() % 3; count > 0; --count) {
            const auto length = random() % 2 == 0 ? 1 + random() % 8 : 1 + random() % pages;
            std::string bytes(std::min<std::size_t>(length, size), '\0');
            for (auto& one : bytes) one = static_cast<char>(random());
            overwrite(file, random() % (size - bytes.size() + 1), bytes);
        }
        const auto store = Store::open(bad);
        REQUIRE_MESSAGE(store, "round " << round << ": " << store.error().text);
        const auto how = judgement(**store);
        damaged += !how.empty();
        const auto holds = (*store)->all("hold");
        REQUIRE(holds);
        if (how != "uncertain") CHECK_MESSAGE(*holds == *original, "round " << round << " " << how);
        lost += *holds != *original;
        const auto begun = (*store)->begin(std::vector{action_of("n1", 1)});
        REQUIRE_MESSAGE(begun, "round " << round << ": " << begun.error().text);
        REQUIRE((*store)->put("hold", "x", "y"));
        REQUIRE((*store)->verify_audit({}, SIZE_MAX));
    }
    MESSAGE("1000 files: damage found in " << damaged << ", holds lost, and said so, in " << lost);
    CHECK(damaged > 300);
}

TEST_CASE("a file of schema 1 is brought to the newest, and a copy of it is kept") {
    const Scratch scratch;
    fill(scratch.path(), 20);
    const auto file = scratch.path() / "frugald.db";
    execute(file,
            "DROP TABLE audit; DROP TABLE job; DROP TABLE job_energy; DELETE FROM entry WHERE "
            "space IN ('audit', 'entry');"
            "PRAGMA user_version = 1");
    const auto store = open_store(scratch.path());
    CHECK(judgement(*store).empty());
    CHECK(store->all("hold")->size() == 20);
    CHECK(store->append_audit(std::vector{HistoryEntry{.at = {}, .kind = "stop"}}));
    int copies = 0;
    for (const auto& entry : fs::directory_iterator{scratch.path()}) {
        if (!contains(entry.path().filename().string(), "frugald.db.v1-")) continue;
        ++copies;
        const auto found = check_main_file(entry.path(), FileUse::at_rest, false);
        CHECK(found.sound());
        CHECK(found.schema == 1);
        CHECK(found.rows >= 60);
    }
    CHECK(copies == 1);
}
