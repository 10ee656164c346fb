#include <fmt/format.h>
#include <sqlite3.h>

#include "daemon/audit/line.h"
#include "daemon/store/chain.h"
#include "tests/daemon/store/store_fixture.h"

using namespace frugald;

namespace {

HistoryEntry entry_of(std::int64_t wall_ms, const std::string& node, std::int64_t id) {
    return {.at = {SteadyTime{std::chrono::milliseconds{wall_ms / 2}}, from_unix_ms(wall_ms)},
            .kind = "command",
            .node = node,
            .fields = {{"id", id}, {"action", "off"}, {"slurm_busy", false}, {"watts", 1.5}}};
}

std::vector<HistoryEntry> entries(int count) {
    std::vector<HistoryEntry> made;
    for (int at = 1; at <= count; ++at)
        made.push_back(entry_of(1000 * at, at % 2 ? "n1" : "n2", at));
    return made;
}

/// What another program does to the file.
void execute(const std::filesystem::path& file, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK_MESSAGE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
                  sqlite3_errmsg(database));
    sqlite3_close(database);
}

AuditProof verified(Store& store, std::size_t at_once = 1000, const std::string& noted = {}) {
    AuditProof proof;
    proof.noted_hash = noted;
    for (int rounds = 0; !proof.finished && rounds < 100; ++rounds)
        proof = *store.verify_audit(proof, at_once);
    CHECK(proof.finished);
    return proof;
}

}  // namespace

TEST_CASE("the audit comes back in order, newest, since, by node and in pages") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    REQUIRE(store->append_audit(entries(9)));
    REQUIRE(store->append_audit({}));
    REQUIRE(store->append_audit(std::vector{entry_of(10'000, "", 10)}));

    const auto newest = *store->audit({.most = 2});
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].id == 9);
    CHECK(newest[1].id == 10);
    CHECK(newest[1].line ==
          R"({"wall_ms":10000,"steady_ms":5000,"kind":"command","id":10,"action":"off",)"
          R"("slurm_busy":false,"watts":1.5})");
    CHECK(newest[1].hash == chain_hash(newest[0].hash, newest[1].line));
    CHECK(store->audit({.nodes = {"n1"}})->size() == 5);
    CHECK(store->audit({.nodes = {"n3", "n'4\""}})->empty());
    CHECK(store->audit({.nodes = {"n1", "n2"}})->size() == 9);
    CHECK(store->audit({.since = from_unix_ms(8000)})->size() == 3);
    const auto page = *store->audit({.after = 4, .most = 3, .oldest = true});
    REQUIRE(page.size() == 3);
    CHECK(page.front().id == 5);
    CHECK(page.back().id == 7);
}

TEST_CASE("the chain is SHA-256 over the hash before and the line, as sha256sum computes it") {
    // printf %s%s 0000...0000 abc | sha256sum
    CHECK(chain_hash(chain_start, "abc") ==
          "b64374d04ef9c4f39fddb1e0d6be38a0130f6c057fc0f4ee467ea0e18bc758f1");
}

TEST_CASE("an untouched chain verifies, in any pieces, and after a restart") {
    const Scratch scratch;
    {
        auto store = open_store(scratch.path());
        CHECK(verified(*store).rows == 0);
        REQUIRE(store->append_audit(entries(10)));
    }
    auto store = open_store(scratch.path());
    REQUIRE(store->append_audit(entries(10)));
    for (const std::size_t at_once : {1U, 3U, 10U, 20U, 21U}) {
        const auto proof = verified(*store, at_once);
        CHECK(proof.rows == 20);
        CHECK(proof.last_id == 20);
        CHECK_MESSAGE(proof.broken_id == 0, proof.broken_why);
    }
    const auto noted = store->audit({.most = 100})->at(6);
    CHECK(verified(*store, 5, noted.hash).noted_id == 7);
    CHECK(verified(*store, 5, std::string(64, 'f')).noted_id == 0);
}

TEST_CASE("whatever is done to the rows by others is found, with the first row it was done to") {
    struct Row {
        const char* done;
        const char* sql;
        std::int64_t broken;
        const char* why;
    };
    const Row rows[] = {
        {"a line is changed", "UPDATE audit SET line = replace(line, 'off', 'on') WHERE id = 5", 5,
         "its line was changed, or rows before it were taken out"},
        {"a hash is changed", "UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE id = 5", 5,
         "its hash was changed"},
        {"the newest line is changed", "UPDATE audit SET line = line || ' ' WHERE id = 10", 10,
         "its line or its hash was changed"},
        {"a row is deleted", "DELETE FROM audit WHERE id = 5", 5, "it is missing"},
        {"the first row is deleted", "DELETE FROM audit WHERE id = 1", 1, "it is missing"},
        {"a row is deleted and the others renumbered",
         "DELETE FROM audit WHERE id = 5; UPDATE audit SET id = id - 1 WHERE id > 5", 5,
         "its line was changed, or rows before it were taken out"},
        {"the newest rows are deleted", "DELETE FROM audit WHERE id > 8", 9,
         "the newest rows are missing: the chain was at row 10"},
        {"all rows are deleted", "DELETE FROM audit", 1,
         "the newest rows are missing: the chain was at row 10"},
        {"two rows change places",
         "UPDATE audit SET id = 100 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4;"
         "UPDATE audit SET id = 4 WHERE id = 100",
         3, "its line or its hash was changed, and so was the next row"},
        {"a row is put in", "INSERT INTO audit VALUES(11, 1, '', '{}', 'x')", 11,
         "its line or its hash was changed"},
        {"a row is hidden from its node", "UPDATE audit SET node = 'n9' WHERE id = 6", 6,
         "its time or node is not that of its line"},
        {"a row is hidden from its time", "UPDATE audit SET at_ms = 0 WHERE id = 6", 6,
         "its time or node is not that of its line"},
        {"the head beside the table is deleted", "DELETE FROM entry WHERE space = 'audit'", 11,
         "the head that is kept beside the table is missing"},
    };
    for (const auto& [done, sql, broken, why] : rows) {
        CAPTURE(done);
        const Scratch scratch;
        auto store = open_store(scratch.path());
        REQUIRE(store->append_audit(entries(10)));
        execute(scratch.path() / "frugald.db", sql);
        const auto proof = verified(*store);
        CHECK(proof.broken_id == broken);
        CHECK(proof.broken_why == why);
    }
}

TEST_CASE("newest rows that were deleted stay missing when the daemon writes on") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    REQUIRE(store->append_audit(entries(10)));
    execute(scratch.path() / "frugald.db", "DELETE FROM audit WHERE id > 8");
    REQUIRE(store->append_audit(entries(3)));
    const auto proof = verified(*store);
    CHECK(proof.broken_id == 9);
    CHECK(proof.broken_why == "it is missing");
}

TEST_CASE("what is written together is on disk together, or nothing of it") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    const auto write = [&]() -> Result<void> {
        if (auto ids = store->begin(std::vector{action_of("n1", 1000)}); !ids)
            return tl::unexpected(ids.error());
        return store->append_audit(entries(2));
    };
    REQUIRE(store->together(write));
    CHECK(store->open_actions()->size() == 1);
    const auto failing = [&]() -> Result<void> {
        REQUIRE(write());
        return fail(Fault::unavailable, "no");
    };
    CHECK_FALSE(store->together(failing));
    CHECK(store->open_actions()->size() == 1);
    CHECK(store->audit({})->size() == 2);
    REQUIRE(store->together(write));
    CHECK(verified(*store).rows == 4);
    CHECK(verified(*store).broken_id == 0);
}

TEST_CASE("a database of schema 1 gets the audit, and keeps what it has") {
    const Scratch scratch;
    {
        auto store = open_store(scratch.path());
        REQUIRE(store->begin(std::vector{action_of("n1", 1000)}));
    }
    execute(scratch.path() / "frugald.db",
            "DROP TABLE audit; DROP TABLE job; DROP TABLE job_energy; PRAGMA user_version = 1");
    auto store = open_store(scratch.path());
    CHECK(store->open_actions()->size() == 1);
    REQUIRE(store->append_audit(entries(2)));
    CHECK(verified(*store).rows == 2);
}
