#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "daemon/db/backup.h"
#include "daemon/db/check.h"
#include "daemon/db/manifest.h"
#include "daemon/db/recover.h"
#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/daemon/store/store_fixture.h"
#include "tests/support/small_disk.h"

using namespace frugald;
using namespace frugald::test;

namespace fs = std::filesystem;

namespace {

std::vector<Sample> call(std::int64_t number) {
    std::vector<Sample> readings;
    for (int device = 0; device < 20; ++device)
        readings.push_back(reading(midnight + number * minute, fmt::format("n{}", device),
                                   Quantity::power_watts,
                                   100 + static_cast<double>((number * 7 + device) % 50)));
    return readings;
}

/// A state directory with its two stores open, as a daemon has them.
struct Running {
    explicit Running(const fs::path& directory)
        : store(open_store(directory)), samples(open_samples(directory)) {}
    void measure(std::int64_t first, std::int64_t end, Truth& truth) {
        for (auto number = first; number < end; ++number) {
            REQUIRE(samples->append(from_unix_ms(midnight + number * minute), call(number)));
            add(truth, call(number));
        }
    }
    std::unique_ptr<Store> store;
    std::unique_ptr<SampleStore> samples;
};

struct Checked {
    std::size_t damaged = 0, files = 0;
    std::uint64_t rows = 0;
    std::string text;
};

Checked check(const fs::path& directory, bool audit = true) {
    Checked checked;
    const auto report = [&](const std::string& name, const FileCheck& found) {
        ++checked.files;
        checked.rows += found.rows;
        for (const auto& what : found.damage) checked.text += name + ": " + what + "\n";
    };
    const auto damaged = db::check({directory, audit}, report);
    REQUIRE(damaged);
    checked.damaged = *damaged;
    return checked;
}

/// The names of what was copied.
std::vector<std::string> back_up(const fs::path& directory, const fs::path& target) {
    std::vector<std::string> copied;
    const auto hear = [&](const db::BackedUp& one) {
        CHECK(one.damage.empty());
        if (one.copied) copied.push_back(one.name);
    };
    const auto done = db::backup({directory, target}, {hear, {}});
    REQUIRE_MESSAGE(done, done.error().text);
    return copied;
}

std::string refusal(const fs::path& directory, const fs::path& target) {
    const auto done = db::backup({directory, target}, {});
    REQUIRE_FALSE(done);
    return done.error().text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void overwrite(const fs::path& file, std::int64_t at, const std::string& bytes) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(at);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("a check beside the running stores finds all of them sound, and changes nothing") {
    const Scratch scratch;
    Running running{scratch.path()};
    Truth truth;
    running.measure(0, 200, truth);
    REQUIRE(running.store->begin(std::vector{action_of("n1", 1), action_of("n2", 2)}));
    REQUIRE(running.store->append_audit(std::vector{HistoryEntry{.at = {}, .kind = "stop"}}));
    const auto checked = check(scratch.path());
    CHECK_MESSAGE(checked.damaged == 0, checked.text);
    CHECK(checked.files == 5);
    CHECK(checked.rows > 100);
    running.measure(200, 210, truth);
    CHECK(difference(truth, read_raw(*running.samples)) == "");
}

TEST_CASE("a backup beside the running stores is a state directory to go on from") {
    const Scratch scratch;
    const auto state = scratch.path() / "state", target = scratch.path() / "copy";
    Truth truth, later;
    {
        Running running{state};
        running.measure(0, 300, truth);
        REQUIRE(running.store->put("hold", "n7", "keep"));
        REQUIRE(running.store->begin(std::vector{action_of("n1", 1)}));
        CHECK(back_up(state, target).size() == 5);
        running.measure(300, 400, later);
        REQUIRE(running.store->put("hold", "n8", "later"));
    }
    const auto checked = check(target);
    CHECK_MESSAGE(checked.damaged == 0, checked.text);
    CHECK_FALSE(fs::exists(target / "frugald.db-wal"));
    Running restored{target};
    CHECK(difference(truth, read_raw(*restored.samples)) == "");
    CHECK(restored.samples->take_damage().empty());
    CHECK(restored.store->all("hold")->size() == 1);
    CHECK(restored.store->open_actions()->size() == 1);
    restored.measure(300, 400, truth);
    CHECK(difference(truth, read_raw(*restored.samples)) == "");
}

TEST_CASE("a second backup copies what has changed only") {
    const Scratch scratch;
    const auto state = scratch.path() / "state", target = scratch.path() / "copy";
    Truth truth;
    {
        Running running{state};
        running.measure(0, 3 * 24 * 60, truth);
    }
    CHECK(back_up(state, target).size() == 7);
    CHECK(back_up(state, target).empty());
    {
        Running running{state};
        running.measure(3 * 24 * 60, 3 * 24 * 60 + 200, truth);
    }
    const auto copied = back_up(state, target);
    CHECK(std::ranges::count(copied, "raw/20261121.db") == 0);
    CHECK(std::ranges::count(copied, "raw/20261124.db") == 1);
    Running restored{target};
    CHECK(difference(truth, read_raw(*restored.samples)) == "");
}

TEST_CASE("a backup refuses a target in the state directory, one without room, and no databases") {
    const Scratch scratch;
    const auto state = scratch.path() / "state";
    Truth truth;
    {
        Running running{state};
        running.measure(0, 300, truth);
    }
    CHECK(contains(refusal(state, state / "copy"), "is in the state directory"));
    CHECK(contains(refusal(state, state / ".." / "state"), "is in the state directory"));
    CHECK(contains(refusal(scratch.path() / "none", scratch.path() / "copy"),
                   "holds no database of frugald's"));
    const SmallDisk disk{scratch.path() / "disk", "size=64k"};
    if (!disk.mounted) {
        MESSAGE("skipped: a target without room (needs root and tmpfs)");
        return;
    }
    CHECK(contains(refusal(state, disk.path), "bytes free and"));
}

TEST_CASE("damage is named by a check, kept out of a backup, and recovered from") {
    const Scratch scratch;
    const auto state = scratch.path() / "state", target = scratch.path() / "copy";
    Truth truth;
    {
        Running running{state};
        running.measure(0, 600, truth);
        std::vector<ActionRecord> records;
        for (int i = 0; i < 500; ++i) records.push_back(action_of(fmt::format("n{}", i), i));
        REQUIRE(running.store->begin(records));
    }
    back_up(state, target);
    overwrite(state / "frugald.db", 12 * 4096, std::string(4096, 'x'));
    overwrite(state / "raw/20261121.db", 2 * 16384 - 3000, std::string(3000, 'x'));
    const auto before = check(state, false);
    CHECK(before.damaged == 2);
    CHECK(contains(before.text, "frugald.db: "));
    CHECK(contains(before.text, "raw/20261121.db: "));
    std::vector<std::string> not_copied;
    const auto hear = [&](const db::BackedUp& one) {
        if (!one.damage.empty()) not_copied.push_back(one.name);
    };
    const auto again = db::backup({state, target}, {hear, {}});
    REQUIRE_FALSE(again);
    CHECK(again.error().fault == Fault::unparsable);
    CHECK(not_copied.size() == 2);
    CHECK(check(target, false).damaged == 0);

    std::size_t recovered = 0;
    const auto count_them = [&](const db::Recovered& one) { recovered += !one.what.empty(); };
    {
        const auto running = open_store(target);
        const auto refused = db::recover(target, count_them);
        REQUIRE_FALSE(refused);
        CHECK(contains(refused.error().text, "another frugald"));
    }
    recovered = 0;
    const auto done = db::recover(state, count_them);
    REQUIRE_MESSAGE(done, done.error().text);
    CHECK(recovered == 2);
    const auto after = check(state, false);
    CHECK_MESSAGE(after.damaged == 0, after.text);
    std::size_t aside = 0;
    for (const auto& entry : fs::recursive_directory_iterator{state})
        aside += contains(entry.path().filename().string(), ".damaged-");
    CHECK(aside >= 2);
    Running running{state};
    CHECK(running.store->actions({.most = 1000})->size() > 200);
    CHECK(running.store->all(Store::damage_space)->size() == 1);
    running.measure(600, 700, truth);
    CHECK(running.samples->take_damage().empty());
}
