#include "daemon/store/samples/round_journal.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::samples {

namespace {

Result<std::vector<std::int64_t>> all_numbers(Statement& query) {
    std::vector<std::int64_t> numbers;
    for (;;) {
        const auto row = query.step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return numbers;
        numbers.push_back(query.integer(0));
    }
}

}  // namespace

const char* const journal_tables = R"(
CREATE TABLE round(
    number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, is_key INTEGER NOT NULL,
    data BLOB NOT NULL) STRICT;
CREATE TABLE damaged_round(
    number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, why TEXT NOT NULL, data BLOB NOT NULL)
    STRICT;
)";

Result<RoundJournal> RoundJournal::open(Database& database) {
    auto insert = database.prepare("INSERT INTO round VALUES(?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    RoundJournal journal{database, std::move(*insert)};
    auto newest = database.prepare(
        "SELECT max(coalesce((SELECT max(number) FROM round), 0),"
        " coalesce((SELECT max(number) FROM damaged_round), 0))");
    if (!newest) return tl::unexpected(newest.error());
    const auto row = newest->step();
    if (!row) return tl::unexpected(row.error());
    journal.begin_after(newest->integer(0));
    return journal;
}

void RoundJournal::begin_after(std::int64_t number) {
    newest_ = committed_ = std::max(newest_, number);
    since_key_ = 0;
}

Result<void> RoundJournal::replay(
    const std::function<void(std::int64_t, const codec::Round&)>& take,
    std::vector<std::string>& damage) {
    auto list = database_->prepare("SELECT number FROM round ORDER BY number");
    auto query = database_->prepare("SELECT data FROM round WHERE number = ?");
    if (!list || !query) return tl::unexpected((list ? query : list).error());
    const auto numbers = all_numbers(*list);
    if (!numbers) return tl::unexpected(numbers.error());
    Damaged damaged;
    bool readable = false;  // the round before
    for (const auto number : *numbers) {
        query->bind(number);
        const auto row = query->step();
        auto& round = rounds_[filling_];
        const auto read =
            row ? codec::decode_round(query->blob(0), readable ? &rounds_[1 - filling_] : nullptr,
                                      round)
                : Result<void>{tl::unexpected(row.error())};
        query->reset();
        readable = read.has_value();
        if (readable) {
            take(number, round);
            filling_ = 1 - filling_;
        } else {
            damaged.emplace_back(number, read.error().text);
        }
    }
    for (const auto& [number, why] : damaged)
        damage.push_back(fmt::format("{}: round {}: {}", database_->file(), number, why));
    if (auto done = set_aside(damaged); !done) damage.push_back(done.error().text);
    return {};
}

Result<void> RoundJournal::set_aside(const Damaged& damaged) {
    if (damaged.empty()) return {};
    auto keep = database_->prepare(
        "INSERT OR REPLACE INTO damaged_round SELECT number, at_ms, ?, data FROM round WHERE "
        "number "
        "= ?");
    auto remove = database_->prepare("DELETE FROM round WHERE number = ?");
    if (!keep || !remove) return tl::unexpected((keep ? remove : keep).error());
    const auto work = [&]() -> Result<void> {
        for (const auto& [number, why] : damaged) {
            if (auto done = keep->run(std::string_view{why}, number); !done) return done;
            if (auto done = remove->run(number); !done) return done;
        }
        return {};
    };
    return database_->transaction(work);
}

codec::Round& RoundJournal::begin(std::int64_t at_ms) {
    rounds_[filling_].begin(at_ms);
    return rounds_[filling_];
}

Result<std::int64_t> RoundJournal::write() {
    auto& round = rounds_[filling_];
    const auto& before = rounds_[1 - filling_];
    // Differences to a round of other devices are larger than the values.
    const bool key = since_key_ == 0 || before.device_count() < round.device_count() / 2;
    codec::encode_round(round, key ? nullptr : &before, blob_);
    const std::span<const std::uint8_t> bytes{blob_};
    auto done = insert_.run(newest_ + 1, round.at_ms(), std::int64_t{key}, bytes);
    if (!done) return tl::unexpected(done.error());
    since_key_ = key ? 1 : (since_key_ + 1) % rounds_per_key;
    filling_ = 1 - filling_;
    return ++newest_;
}

void RoundJournal::roll_back() {
    newest_ = committed_;
    since_key_ = 0;
}

Result<std::int64_t> RoundJournal::trim(std::int64_t needed) {
    auto query = database_->prepare(
        "SELECT coalesce(max(number), 0) FROM round WHERE is_key = 1 AND number <= ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(needed);
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    const std::int64_t first = query->integer(0);
    query->reset();
    auto remove = database_->prepare("DELETE FROM round WHERE number < ?");
    if (!remove) return tl::unexpected(remove.error());
    if (auto done = remove->run(first); !done) return tl::unexpected(done.error());
    return first;
}

}  // namespace frugald::samples
