#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/mount.h>

#include <fstream>
#include <functional>

#include "daemon/store/samples/round_journal.h"
#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/support/fleet_samples.h"
#include "tests/support/small_disk.h"

using namespace frugald;
using namespace frugald::test;

namespace fs = std::filesystem;

namespace {

std::vector<Sample> call(std::int64_t number) {
    std::vector<Sample> readings;
    for (int device = 0; device < 40; ++device) {
        Random random{static_cast<std::uint64_t>(number * 100 + device)};
        for (int sensor = 0; sensor < 6; ++sensor)
            readings.push_back(reading(
                midnight + number * 60'000, fmt::format("n{}", device), Quantity::voltage_volts,
                static_cast<double>(random.bits() % 1'000'000) / 1000, fmt::format("V{}", sensor)));
    }
    return readings;
}

Result<void> append(SampleStore& store, std::int64_t number) {
    return store.append(from_unix_ms(midnight + number * 60'000), call(number));
}

/// Three hours in `directory`, of which the first is in a day file only.
Truth fill(const fs::path& directory) {
    Truth truth;
    auto store = open_samples(directory);
    for (std::int64_t number = 0; number < 180; ++number) {
        REQUIRE(append(*store, number));
        add(truth, call(number));
    }
    return truth;
}

void overwrite(const fs::path& file, std::int64_t at, const std::string& bytes) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(at);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void execute(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

/// What can be read, and how many places were noted as damaged. Nothing may be there that was not
/// given.
std::size_t readable(SampleStore& store, const Truth& truth, std::size_t& damaged) {
    Truth found;
    const auto reader = store.read({.to = from_unix_ms(1LL << 50), .resolution = Resolution::raw});
    std::size_t values = 0, wrong = 0;
    const auto take = [&](const PollBlock& block) {
        for (std::size_t sensor = 0; sensor < block.sensors.size(); ++sensor) {
            const auto key = fmt::format("node {} sdr voltage_volts sensor {}", block.stream.device,
                                         block.sensors[sensor]->part_name);
            for (std::size_t poll = 0; poll < block.places.size(); ++poll) {
                const auto value = block.value(poll, sensor);
                if (!value) continue;
                ++values;
                wrong += !truth.at(key).at(block.at_ms(poll)).contains(*value);
            }
        }
        return true;
    };
    const auto done = reader->run({.polls = take});
    CHECK_MESSAGE(done, done.error().text);
    CHECK(wrong == 0);
    damaged = reader->damage().size();
    return values;
}

}  // namespace

TEST_CASE("D1: on a full disk a call fails whole, what was stored stays, and it recovers") {
    const Scratch scratch;
    const SmallDisk disk{scratch.path() / "disk", "size=3m"};
    if (!disk.mounted) {
        MESSAGE("skipped: a full disk (needs root and tmpfs)");
        return;
    }
    Truth truth;
    std::int64_t number = 0, refused = 0;
    {
        auto store = open_samples(disk.path);
        for (; number < 20'000 && refused < 20; ++number) {
            const auto done = append(*store, number);
            if (done) {
                add(truth, call(number));
                continue;
            }
            ++refused;
            CHECK(done.error().fault == Fault::unavailable);
        }
        REQUIRE(refused == 20);
        CHECK(difference(truth, read_raw(*store)) == "");
    }
    REQUIRE(disk.resize("size=64m"));
    auto store = open_samples(disk.path);
    CHECK(difference(truth, read_raw(*store)) == "");
    for (const auto last = number + 200; number < last; ++number) {
        REQUIRE(append(*store, number));
        add(truth, call(number));
    }
    CHECK(store->trouble().empty());
    CHECK(difference(truth, read_raw(*store)) == "");
}

TEST_CASE("D3: flipped bits in a day file: what is sound is read, the rest is named") {
    const Scratch scratch;
    const auto good = scratch.path() / "good";
    const auto truth = fill(good);
    Random random{7};
    std::size_t noted = 0;
    for (int round = 0; round < 60; ++round) {
        const auto bad = scratch.path() / "bad";
        fs::remove_all(bad);
        fs::copy(good, bad, fs::copy_options::recursive);
        const auto file = bad / "raw/20261121.db";
        const auto size = static_cast<std::uint64_t>(fs::file_size(file));
        for (int i = 0; i < 8; ++i)
            overwrite(file, static_cast<std::int64_t>(random.bits() % size),
                      std::string(1 + random.bits() % 30, static_cast<char>(random.bits())));
        auto store = SampleStore::open(bad);
        REQUIRE_MESSAGE(store, store.error().text);
        std::size_t damaged = 0;
        readable(**store, truth, damaged);
        const auto checked = (*store)->check();
        REQUIRE(checked);
        noted += damaged + checked->damage.size() + (*store)->take_damage().size();
        for (std::int64_t number = 180; number < 183; ++number)
            CHECK(append(**store, number));  // it goes on in any case
    }
    CHECK(noted > 60);
}

TEST_CASE("D3: a day file that is cut short or no database is set aside, and said so") {
    for (const auto& content : {std::string(9000, 'x'), std::string(100, '\0')}) {
        const Scratch scratch;
        const auto truth = fill(scratch.path());
        const auto file = scratch.path() / "raw/20261121.db";
        for (const char* suffix : {"-wal", "-shm"}) fs::remove(file.string() + suffix);
        std::ofstream{file, std::ios::binary | std::ios::trunc} << content;
        auto store = open_samples(scratch.path());
        for (std::int64_t number = 180; number < 300; ++number) REQUIRE(append(*store, number));
        CHECK(store->trouble().empty());
        const auto damage = store->take_damage();
        REQUIRE_FALSE(damage.empty());
        CHECK(damage.back().find("was set aside as") != std::string::npos);
        CHECK(count(read_raw(*store)) >= 120 * 40 * 6);  // what came after, and the journal's
    }
}

TEST_CASE("D3: a damaged journal round is set aside; the others are read from the next key on") {
    const Scratch scratch;
    const auto truth = fill(scratch.path());
    const auto file = scratch.path() / "journal.db";
    execute(file, "UPDATE round SET data = zeroblob(50) WHERE number = 170");
    auto store = open_samples(scratch.path());
    const auto damage = store->take_damage();
    REQUIRE_FALSE(damage.empty());
    CHECK(damage.front().find("round 170") != std::string::npos);
    CHECK(damage.size() <= samples::RoundJournal::rounds_per_key);
    std::size_t damaged = 0;
    const auto values = readable(*store, truth, damaged);
    CHECK(damaged == 0);
    CHECK(values == count(truth) - damage.size() * 40 * 6);
    store.reset();
    store = open_samples(scratch.path());
    CHECK(store->take_damage().empty());  // said once
}

TEST_CASE("D3: a damaged or lost journal.db: the other files say what the ids mean") {
    const std::pair<const char*, std::function<void(const fs::path&)>> damages[] = {
        {"no database", [](const fs::path& file) { overwrite(file, 0, std::string(5000, 'x')); }},
        {"emptied", [](const fs::path& file) { fs::resize_file(file, 0); }},
        {"gone", [](const fs::path& file) { fs::remove(file); }},
        {"a name was changed",
         [](const fs::path& file) {
             execute(file, "UPDATE stream SET device = 'x' WHERE id = 7");
         }},
    };
    for (const auto& [says, damage] : damages) {
        CAPTURE(says);
        const Scratch scratch;
        const auto truth = fill(scratch.path());
        const auto file = scratch.path() / "journal.db";
        for (const char* suffix : {"-wal", "-shm"}) fs::remove(file.string() + suffix);
        damage(file);
        auto store = open_samples(scratch.path());
        REQUIRE_FALSE(store->take_damage().empty());
        std::size_t damaged = 0;
        const auto values = readable(*store, truth, damaged);
        CHECK(damaged == 0);
        // At least what the day file has: two of three hours.
        CHECK(values >= count(truth) / 2);
        if (std::string_view{says} == "a name was changed") CHECK(values == count(truth));
        for (std::int64_t number = 180; number < 300; ++number) REQUIRE(append(*store, number));
        CHECK(store->trouble().empty());
        const auto checked = store->check();
        REQUIRE(checked);
        CHECK(checked->damage.empty());
        store.reset();
        store = open_samples(scratch.path());
        CHECK(store->take_damage().empty());  // said once
    }
}

TEST_CASE("D3: after a lost journal.db no id means something else than before") {
    const Scratch scratch;
    const auto truth = fill(scratch.path());
    fs::remove(scratch.path() / "journal.db");
    {
        auto store = open_samples(scratch.path());
        const auto at = from_unix_ms(midnight + 200 * 60'000);
        REQUIRE(store->append(at, std::vector{reading(midnight + 200 * 60'000, "new",
                                                      Quantity::fan_speed_rpm, 10, "FAN1")}));
        REQUIRE(store->flush());
    }
    const auto known = [](const fs::path& file, const char* sql) {
        sqlite3* database = nullptr;
        sqlite3_stmt* query = nullptr;
        REQUIRE(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == 0);
        REQUIRE(sqlite3_prepare_v2(database, sql, -1, &query, nullptr) == SQLITE_OK);
        REQUIRE(sqlite3_step(query) == SQLITE_ROW);
        const auto number = sqlite3_column_int64(query, 0);
        sqlite3_finalize(query);
        sqlite3_close(database);
        return number;
    };
    const auto day_file = scratch.path() / "raw/20261121.db";
    CHECK(known(day_file, "SELECT count(*) FROM stream") == 41);
    CHECK(known(day_file, "SELECT id FROM stream WHERE device = 'new'") > 41);
    CHECK(known(day_file, "SELECT count(*) FROM sensor") == 7);
}

TEST_CASE("D3: 1000 times damaged pages in any file: a start is possible, no value is wrong") {
    const Scratch scratch;
    const auto good = scratch.path() / "good";
    const auto truth = fill(good);
    const char* const names[] = {"journal.db", "raw/20261121.db", "1h-2026.db", "5m-202611.db"};
    Random random{17};
    std::size_t noted = 0;
    for (int round = 0; round < 1000; ++round) {
        CAPTURE(round);
        const auto bad = scratch.path() / "bad";
        fs::remove_all(bad);
        fs::copy(good, bad, fs::copy_options::recursive);
        for (auto times = 1 + random.bits() % 3; times > 0; --times) {
            const auto file = bad / names[random.bits() % 4];
            std::error_code none;
            const auto size = static_cast<std::uint64_t>(fs::file_size(file, none));
            if (none || size == 0) continue;
            const std::uint64_t most = random.bits() % 2 == 0 ? 4 : 16384;
            std::string bytes(1 + random.bits() % most, '\0');
            for (auto& one : bytes) one = static_cast<char>(random.bits());
            const auto at = random.bits() % size;
            bytes.resize(std::min<std::size_t>(bytes.size(), size - at));
            overwrite(file, static_cast<std::int64_t>(at), bytes);
        }
        auto store = SampleStore::open(bad);
        REQUIRE_MESSAGE(store, store.error().text);
        std::size_t damaged = 0;
        readable(**store, truth, damaged);
        REQUIRE(append(**store, 180));
        noted += damaged + (*store)->take_damage().size();
    }
    MESSAGE(noted << " places noted in 1000 directories");
    CHECK(noted > 500);
}

namespace {

/// Makes files of schema 1 of these: ids without sums, rows without heads, no names in day files.
void make_old(const fs::path& directory) {
    execute(directory / "journal.db", R"(
DROP TABLE floor;
CREATE TABLE s(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, device TEXT NOT NULL,
    source TEXT NOT NULL, UNIQUE(device, kind, source)) STRICT;
INSERT INTO s SELECT id, kind, device, source FROM stream;
DROP TABLE stream; ALTER TABLE s RENAME TO stream;
CREATE TABLE t(id INTEGER PRIMARY KEY, quantity TEXT NOT NULL, part TEXT NOT NULL,
    part_name TEXT NOT NULL, scale_e10 INTEGER NOT NULL, mult INTEGER NOT NULL) STRICT;
INSERT INTO t SELECT id, quantity, part, part_name, scale_e10, mult FROM sensor;
DROP TABLE sensor; ALTER TABLE t RENAME TO sensor;
CREATE TABLE u(id INTEGER PRIMARY KEY, sensors BLOB NOT NULL UNIQUE) STRICT;
INSERT INTO u SELECT id, sensors FROM sensor_set;
DROP TABLE sensor_set; ALTER TABLE u RENAME TO sensor_set;
PRAGMA user_version = 1)");
    for (const char* name : {"raw/20261121.db", "1h-2026.db"})
        if (fs::exists(directory / name))
            execute(directory / name, R"(
DROP TABLE stream; DROP TABLE sensor; DROP TABLE sensor_set;
UPDATE chunk SET data = substr(data, 6); UPDATE state SET data = substr(data, 6);
PRAGMA user_version = 1)");
}

}  // namespace

TEST_CASE("files of schema 1 are brought to the newest, with their names; the journal is kept") {
    const Scratch scratch;
    auto truth = fill(scratch.path());
    make_old(scratch.path());
    {
        auto store = open_samples(scratch.path());
        CHECK(store->take_damage().empty());
        CHECK(difference(truth, read_raw(*store)) == "");
        for (std::int64_t number = 180; number < 300; ++number) {
            REQUIRE(append(*store, number));
            add(truth, call(number));
        }
        CHECK(difference(truth, read_raw(*store)) == "");
        const auto checked = store->check();
        REQUIRE(checked);
        CHECK(checked->damage.empty());
        REQUIRE(store->flush());
    }
    bool kept = false;
    for (const auto& entry : fs::directory_iterator{scratch.path()})
        kept = kept || entry.path().filename().string().starts_with("journal.db.v1-");
    CHECK(kept);
    fs::remove(scratch.path() / "journal.db");
    auto store = open_samples(scratch.path());
    CHECK(difference(truth, read_raw(*store)) == "");
}
